import { messages } from "../messages";
import { type NewOrder, placeOrder } from "../orders/orders-api";
import type { FaultPlan } from "../sandbox/fault-plan";
import { planNextOrder } from "../sandbox/sandbox-api";
import { RequestAttempts } from "../shared/request-attempts";
import { sendOnce } from "../shared/send-once";

/** The attempt of the customer to place an order in this tab. After an expired session, another customer may sign in. */
export const checkoutAttempts = (customerId: string | undefined) => new RequestAttempts(`checkout ${customerId ?? ""}`);

/** An order. In the sandbox also what breaks while it is fulfilled; undefined if the customer never opened that choice. */
export type Purchase = NewOrder & { faults?: FaultPlan | undefined };

/**
 * Places the order at most once, even if the customer changes it after a lost response.
 *
 * @throws ApiError, SentByAnotherTabError
 */
export const placeOnce = (customerId: string | undefined, purchase: Purchase) =>
  sendOnce({ body: purchase, attempts: checkoutAttempts(customerId), send: planAndPlace, sentByAnotherTab: messages.checkout.placedInAnotherTab });

/** Plans the faults first, because the saga starts with the order. */
async function planAndPlace(key: string, { faults, ...order }: Purchase) {
  if (faults) await planNextOrder(key, faults);
  return placeOrder(key, order);
}
