import { useQuery } from "@tanstack/react-query";
import { api, responseBody, type Schemas } from "../api/client";
import { NEW_ORDER_RETRY_MS } from "../orders/order-polling";
import { type Order, orderQuery } from "../orders/orders-api";
import { RequestAttempts } from "../shared/request-attempts";
import { type Sent, sendOnce } from "../shared/send-once";
import { returnMessages } from "./return-messages";
import type { NewReturn, Return } from "./returnable";

/** The attempt of this tab to request a return of the order. */
export const returnAttempts = (orderId: string) => new RequestAttempts(`return ${orderId}`);

/**
 * Requests a return at most once, even if the customer changes it after a lost response.
 *
 * @throws ApiError, SentByAnotherTabError
 */
export const requestOnce = (order_id: string, request: NewReturn): Promise<Sent<NewReturn, Schemas["RequestedReturn"]>> =>
  sendOnce({
    body: request,
    attempts: returnAttempts(order_id),
    send: (key, body) =>
      responseBody(api.POST("/orders/{order_id}/returns", { params: { path: { order_id }, header: { "Idempotency-Key": key } }, body })),
    sentByAnotherTab: returnMessages.requestedInAnotherTab,
  });

/**
 * The order with a return that was just requested. Until the views contain the return, it is added here, and the order is
 * fetched often.
 */
export function useOrderWithReturn(order: Order, requested: Return | undefined): Order {
  const isMissing = requested !== undefined && !order.returns.some(({ return_id }) => return_id === requested.return_id);
  useQuery({ ...orderQuery(order.order_id), refetchInterval: NEW_ORDER_RETRY_MS, enabled: isMissing });
  return isMissing ? { ...order, returns: [...order.returns, requested] } : order;
}
