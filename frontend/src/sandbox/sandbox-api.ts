// The requests that play the sandbox providers. A deployment with real providers does not have them.
import { queryOptions, useQuery } from "@tanstack/react-query";
import { api, responseBody, type Schemas } from "../api/client";
import { configQuery } from "../config";
import type { FaultPlan } from "./fault-plan";

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

/** The plan as the API knows it: without the stock, because the order asks for more than there is instead. */
const providerFaults = (plan: FaultPlan) => ({ ...plan, stock: undefined }) as Schemas["FaultPlan"];

/** Plans the faults of the order that is placed next with the same key. */
export const planNextOrder = (key: string, plan: FaultPlan) =>
  responseBody(api.PUT("/sandbox/faults", { params: { header: { "Idempotency-Key": key } }, body: providerFaults(plan) }));

/** Replaces the planned faults of the order. */
export const planFaults = (order_id: string, plan: FaultPlan) =>
  responseBody(api.PUT("/sandbox/orders/{order_id}/faults", { params: { path: { order_id } }, body: providerFaults(plan) }));

/** The faults of the order that have not happened yet. */
export const faultsQuery = (order_id: string) =>
  queryOptions({
    queryKey: ["faults", order_id],
    queryFn: async (): Promise<FaultPlan> =>
      (await responseBody(api.GET("/sandbox/orders/{order_id}/faults", { params: { path: { order_id } } }))).faults,
  });
