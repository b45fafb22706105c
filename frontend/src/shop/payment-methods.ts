/** The sandbox provider's test cards (functions/payments/gateway.py): what happens is written on the card. */
export const PAYMENT_METHODS = [
  { id: "pm_card_visa", name: "Visa", does: "Works. The order is confirmed within seconds." },
  { id: "pm_card_declined", name: "Declined card", does: "Is declined: the order is rejected, its stock goes back." },
  { id: "pm_gateway_flaky", name: "Flaky provider", does: "The provider fails twice, then answers: the saga retries." },
  { id: "pm_gateway_down", name: "Provider down", does: "Never authorizes: rejected after the retries, all undone." },
  { id: "pm_capture_flaky", name: "Flaky capture", does: "Taking the money fails twice, then works." },
  { id: "pm_capture_down", name: "Capture down", does: "The money can never be taken: a person has to look." },
  {
    id: "pm_void_down",
    name: "Void down",
    does: "Works, but could not be given back: try it with postal code 00000, and a person has to look.",
  },
] as const;
