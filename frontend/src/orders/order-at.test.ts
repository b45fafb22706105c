import { expect, it } from "vitest";
import { orderAt } from "./order-at";
import type { Order, OrderEvent } from "./orders-api";

const SOURCES: Record<string, string> = { Order: "orders", Stock: "inventory", Payment: "payments", Shipment: "shipping", Return: "returns" };

/** Events one second apart, each with the next sequence of its source. */
function history(...events: [type: string, data: Record<string, unknown>][]): OrderEvent[] {
  const sequences: Record<string, number> = {};
  return events.map(([type, data], second) => {
    const source = SOURCES[/^[A-Z][a-z]+/.exec(type)?.[0] ?? ""] ?? "";
    const sequence = (sequences[source] = (sequences[source] ?? 0) + 1);
    return { type, data, source, sequence, id: `${source}:one:${sequence}`, time: `2026-11-20T12:00:0${second}.000000Z` } as OrderEvent;
  });
}

const EVENTS = history(
  ["OrderPlaced", { status: "PLACED", payment_method: "pm_card_visa" }],
  ["StockReserved", {}],
  ["PaymentAuthorized", { payment_method: "pm_card_visa", authorization_id: "secret" }],
  ["ShipmentBooked", { carrier: "Sandbox", tracking_number: "S1" }],
  ["OrderConfirmed", { status: "CONFIRMED" }],
  ["PaymentCaptured", { payment_method: "pm_card_visa" }],
  ["ReturnRequested", { return_id: "r1", status: "REQUESTED", items: [{ sku: "CUP-1", name: "Cup", quantity: 1 }], refund_amount: 250 }],
  ["ReturnAccepted", { return_id: "r1", status: "ACCEPTED", items: [{ sku: "CUP-1", name: "Cup", quantity: 1 }], refund_amount: 250 }],
  ["PaymentRefunded", { return_id: "r1", refunded: 250 }],
);

const NOW = {
  ...{ order_id: "one", status: "CONFIRMED", items: [], total: 500, currency: "EUR", placed_at: EVENTS[0]?.time, updated_at: EVENTS[8]?.time },
  stock: { status: "RESERVED" },
  payment: { status: "CAPTURED", payment_method: "pm_card_visa" },
  shipment: { status: "BOOKED", carrier: "Sandbox", tracking_number: "S1" },
  returns: [{ return_id: "r1", status: "ACCEPTED", items: [{ sku: "CUP-1", quantity: 1 }], refund_amount: 250 }],
  refunded: 250,
  timeline: EVENTS.map(({ type, time, source, sequence }) => ({ type, time, source, sequence })),
} as unknown as Order;

it("is the order itself after all events, in any order", () => {
  expect(orderAt(NOW, EVENTS)).toEqual(NOW);
  expect(orderAt(NOW, EVENTS.toReversed())).toEqual(NOW);
});

it("is the order before its later events", () => {
  const placed = orderAt(NOW, EVENTS.slice(0, 1));

  expect(placed).toMatchObject({ status: "PLACED", total: 500, stock: null, payment: null, shipment: null, returns: [] });
  expect(placed.timeline).toHaveLength(1);
  expect(placed.refunded).toBeUndefined();
  expect(orderAt(NOW, EVENTS.slice(0, 4)).payment?.status).toBe("AUTHORIZED");
  expect(orderAt(NOW, EVENTS.slice(0, 7)).returns[0]?.status).toBe("REQUESTED");
});

it("shows the reason of a rejection from the moment of the rejection on", () => {
  const events = history(["OrderPlaced", { status: "PLACED" }], ["OrderRejected", { status: "REJECTED", reason: "OUT_OF_STOCK" }]);
  const rejected = { ...NOW, status: "REJECTED", reason: "OUT_OF_STOCK" } as Order;

  expect(orderAt(rejected, events)).toMatchObject({ status: "REJECTED", reason: "OUT_OF_STOCK" });
  expect(orderAt(rejected, events.slice(0, 1)).reason).toBeUndefined();
});
