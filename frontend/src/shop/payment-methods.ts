import { messages } from "../messages";

const { cards } = messages;

/** The test cards of the payment provider's sandbox (functions/payments/gateway.py). Each card names its effect. */
export const PAYMENT_METHODS = [
  { id: "pm_card_visa", ...cards.pm_card_visa },
  { id: "pm_card_declined", ...cards.pm_card_declined },
  { id: "pm_requires_action", ...cards.pm_requires_action },
  { id: "pm_gateway_flaky", ...cards.pm_gateway_flaky },
  { id: "pm_gateway_down", ...cards.pm_gateway_down },
  { id: "pm_capture_flaky", ...cards.pm_capture_flaky },
  { id: "pm_capture_down", ...cards.pm_capture_down },
  { id: "pm_void_down", ...cards.pm_void_down },
  { id: "pm_refund_flaky", ...cards.pm_refund_flaky },
  { id: "pm_refund_down", ...cards.pm_refund_down },
] as const;
