import { messages } from "../messages";

/** The one card of the shop, which works. The panel of the sandbox plans its faults. */
export const PAYMENT_CARD = "pm_card_visa";

/** What a customer calls the payment method. The terminal also places orders with test cards, which have no other name. */
export function paymentMethodName(method: string | undefined): string | undefined {
  if (method === undefined) return undefined;
  return method === PAYMENT_CARD ? messages.checkout.card : messages.checkout.testCard(method);
}
