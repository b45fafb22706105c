// The requests that play the sandbox providers. A deployment with real providers does not have them.
import { useQuery } from "@tanstack/react-query";
import { api, responseBody } from "../api/client";
import { configQuery } from "../config";

export type BankAnswer = "approve" | "decline";
export type ParcelMove = "dispatched" | "delivered" | "lost";

/** Whether this deployment has the sandbox providers; undefined until its configuration is read. */
export function useSandboxProviders(): boolean | undefined {
  const { data } = useQuery(configQuery);
  return data && data.sandbox_providers === true;
}

/** Answers the bank's question about the payment of the order. The bank then sends webhooks to the shop. */
export const answerBank = (order_id: string, decision: BankAnswer) =>
  responseBody(api.POST("/sandbox/payments/{order_id}", { params: { path: { order_id } }, body: { decision } }));

/** Moves the parcel of the order. The carrier then sends webhooks to the shop. */
export const moveParcel = (order_id: string, status: ParcelMove) =>
  responseBody(api.POST("/sandbox/shipments/{order_id}", { params: { path: { order_id } }, body: { status } }));
