import { messages } from "../messages";

/** The one card of the shop, which works. The panel of the sandbox plans its faults. */
export const PAYMENT_CARD = "pm_card_visa";

/** What a customer calls the payment method. The terminal also places orders with test cards, which have no other name. */
export const paymentMethodName = (method: string | undefined): string | undefined =>
  method === PAYMENT_CARD ? messages.checkout.card : method;
