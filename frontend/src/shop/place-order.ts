import { ApiError, isProblem } from "../api/api-error";
import { type NewOrder, placeOrder } from "../orders/orders-api";
import { Attempts } from "./checkout-attempt";

export interface Placed {
  order_id: string;
  /** The body that became the order, where it is not the last one: an earlier one had arrived, its answer was lost. */
  earlier?: NewOrder;
}

/** An order was placed under the attempt's key, and by none of the requests that this tab knows of. */
export class PlacedElsewhere extends Error {
  constructor() {
    super("An order was placed already, from another tab of this browser. Look at My orders before you place this one.");
  }
}

/**
 * Places the order, once. Where the outcome of an earlier try is unknown, this finds it out: both go under the same
 * key, of which the shop makes one order, and it refuses the other.
 *
 * @throws ApiError, PlacedElsewhere
 */
export async function placeOnce(order: NewOrder, attempts = new Attempts(), send: typeof placeOrder = placeOrder): Promise<Placed> {
  const body = JSON.stringify(order);
  const key = attempts.sending(body);
  try {
    const { order_id } = await send(key, order);
    attempts.end();
    return { order_id };
  } catch (error) {
    if (isRefusal(error)) attempts.refused(body);
    if (!isKeyReused(error)) throw error;
  }
  return findEarlier(key, attempts, send);
}

/** The key is taken, so repeating what was sent makes no second order: the body that is answered is the order's. */
async function findEarlier(key: string, attempts: Attempts, send: typeof placeOrder): Promise<Placed> {
  for (const body of attempts.underWay?.sent ?? []) {
    const earlier = JSON.parse(body) as NewOrder;
    try {
      const { order_id } = await send(key, earlier);
      attempts.end();
      return { order_id, earlier };
    } catch (error) {
      if (!isKeyReused(error)) throw error;
      attempts.refused(body);
    }
  }
  attempts.end();
  throw new PlacedElsewhere();
}

const isKeyReused = (error: unknown): boolean => isProblem(error, "idempotency-key-reused");

/** Whether the shop has said that there is no order. No answer, and one of the way to the shop, may hide one. */
const isRefusal = (error: unknown): boolean => error instanceof ApiError && error.status >= 400 && error.status < 500 && error.status !== 408;
