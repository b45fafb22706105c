import { messages } from "../messages";
import { type NewOrder, placeOrder } from "../orders/orders-api";
import { RequestAttempts } from "../shared/request-attempts";
import { sendOnce } from "../shared/send-once";

/** The attempt of this tab to place an order. */
export const checkoutAttempts = () => new RequestAttempts("checkout-attempt");

/**
 * Places the order at most once, even if the customer changes it after a lost response.
 *
 * @throws ApiError, SentByAnotherTabError
 */
export const placeOnce = (order: NewOrder) =>
  sendOnce({ body: order, attempts: checkoutAttempts(), send: placeOrder, sentByAnotherTab: messages.checkout.placedInAnotherTab });
