import { expect, it } from "vitest";
import { orderHeadline } from "./order-headline";
import { placedOrder } from "./placed-order";
import { sagaProgress, stateOf } from "./saga-progress";

const request = {
  items: [{ sku: "CUP-1", quantity: 2 }],
  payment_method: "pm_card_visa",
  shipping_address: { name: "Ada Lovelace", line1: "1 Main Street", city: "Berlin", postal_code: "10115", country: "DE" },
  expected_total: null,
};
const accepted = {
  ...{ order_id: "ac813206-bbf5-57a2-9996-8dca9b7d786f", status: "PLACED" as const, total: 500, currency: "EUR" },
  items: [{ sku: "CUP-1", name: "Cup", quantity: 2, unit_price: 250 }],
};
const { order, events, address } = placedOrder(accepted, request, "ada", new Date("2026-11-20T12:00:00Z"));

it("shows the receipt and the first step of the saga before the views contain the order", () => {
  expect(order).toMatchObject({ ...accepted, placed_at: "2026-11-20T12:00:00.000Z", returns: [] });
  expect(orderHeadline(order).title).toBe("Thank you, we have your order");
  expect(address.name).toBe("Ada Lovelace");
  expect(stateOf(sagaProgress(events), "ReserveStock")).toBe("active");
});

it("has the event that the API will return, so the picture does not start again when it arrives", () => {
  expect(events).toMatchObject([
    { type: "OrderPlaced", id: `orders:${order.order_id}:1`, data: { customer_id: "ada", payment_method: "pm_card_visa", total: 500 } },
  ]);
  expect(JSON.stringify(events)).not.toContain("Lovelace");
});
