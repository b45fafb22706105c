import { ApiError, isProblem } from "../api/api-error";
import { messages } from "../messages";
import { type NewOrder, placeOrder } from "../orders/orders-api";
import { CheckoutAttempts } from "./checkout-attempt";

export interface PlacedOrder {
  order_id: string;
  /** The body that created the order, if it is not the last one. The response to that earlier request was lost. */
  earlier?: NewOrder;
}

/** The idempotency key belongs to an order that another tab placed. */
export class PlacedInAnotherTabError extends Error {
  constructor() {
    super(messages.checkout.placedInAnotherTab);
  }
}

/**
 * Places the order at most once. If the outcome of an earlier request is unknown, this request has the same idempotency
 * key, and the API accepts only one of the two.
 *
 * @throws ApiError, PlacedInAnotherTabError
 */
export async function placeOnce(order: NewOrder, attempts = new CheckoutAttempts(), send: typeof placeOrder = placeOrder): Promise<PlacedOrder> {
  const body = JSON.stringify(order);
  const key = attempts.recordRequest(body);
  try {
    const { order_id } = await send(key, order);
    attempts.end();
    return { order_id };
  } catch (error) {
    if (isRejection(error)) attempts.recordRejection(body);
    if (!isKeyReused(error)) throw error;
  }
  return findEarlierOrder(key, attempts, send);
}

/** Retries each sent body under the used key. The API accepts the one that created the order, and creates no other. */
async function findEarlierOrder(key: string, attempts: CheckoutAttempts, send: typeof placeOrder): Promise<PlacedOrder> {
  for (const body of attempts.current?.sent ?? []) {
    const earlier = JSON.parse(body) as NewOrder;
    try {
      const { order_id } = await send(key, earlier);
      attempts.end();
      return { order_id, earlier };
    } catch (error) {
      if (!isKeyReused(error)) throw error;
      attempts.recordRejection(body);
    }
  }
  attempts.end();
  throw new PlacedInAnotherTabError();
}

const isKeyReused = (error: unknown): boolean => isProblem(error, "idempotency-key-reused");

/** Whether the API created no order from the request. After a 408, a 5xx or no response, an order may exist. */
const isRejection = (error: unknown): boolean => error instanceof ApiError && error.status >= 400 && error.status < 500 && error.status !== 408;
