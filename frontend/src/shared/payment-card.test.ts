import { expect, it } from "vitest";
import { PAYMENT_CARD, paymentMethodName } from "./payment-card";

it("names the card of the shop, and calls the others test cards", () => {
  expect(paymentMethodName(PAYMENT_CARD)).toBe("Visa ending in 4242");
  expect(paymentMethodName("pm_requires_action")).toBe("Test card (pm_requires_action)");
  expect(paymentMethodName(undefined)).toBeUndefined();
});
