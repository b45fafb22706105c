import { expect, it } from "vitest";
import { ApiError } from "../api/api-error";
import type { Order } from "./orders-api";
import { bankUrl, isUndecided, refetchDelay, refetchDelayAfter } from "./order-polling";

const NOW = Date.parse("2026-11-20T12:00:00Z");

function order(updated_at: string, ...types: string[]): Order {
  const timeline = types.map((type, index) => ({ type, time: updated_at, source: "orders", sequence: index + 1 }));
  return { updated_at, timeline, returns: [] as Order["returns"] } as Order;
}

it("polls fast while events arrive, and more slowly afterwards", () => {
  const active = refetchDelay(order("2026-11-20T11:59:58Z"), NOW);
  const quiet = refetchDelay(order("2026-11-20T11:59:00Z"), NOW);

  expect(refetchDelay(undefined, NOW)).toBe(active);
  expect(quiet).toBeGreaterThan(active);
  expect(refetchDelay(order("2026-11-19T12:00:00Z"), NOW)).toBe(5000);
});

it("goes on polling after a transient error, and stops after a permanent one", () => {
  expect(refetchDelayAfter(new ApiError(0))).toBe(5000);
  expect(refetchDelayAfter(new ApiError(503))).toBe(5000);
  expect(refetchDelayAfter(new ApiError(404))).toBe(false);
});

it("polls fast during a refund, until it needs an operator", () => {
  const returned = (status: string, needs_attention?: boolean) =>
    refetchDelay({ ...order("2026-11-20T11:59:20Z"), returns: [{ status, needs_attention }] } as Order, NOW);

  expect(returned("ACCEPTED")).toBe(refetchDelay(undefined, NOW));
  for (const slow of [returned("REQUESTED"), returned("ACCEPTED", true), returned("COMPLETED")]) expect(slow).toBeGreaterThan(returned("ACCEPTED"));
});

it("lets a customer cancel until the order is decided", () => {
  expect(isUndecided(order("", "OrderPlaced", "OrderReviewRequested"))).toBe(true);
  for (const decision of ["OrderConfirmed", "OrderRejected", "OrderCancelled"])
    expect(isUndecided(order("", "OrderPlaced", decision))).toBe(false);
});

it("leads to the bank until the payment is answered or the order is decided", () => {
  const payment = { status: "ACTION_REQUIRED", action_url: "/bank" };
  const asked = (...types: string[]) => ({ ...order("", "OrderPlaced", ...types), payment }) as Order;

  expect(bankUrl(asked())).toBe("/bank");
  expect(bankUrl(asked("OrderCancelled"))).toBeUndefined();
  expect(bankUrl({ ...asked(), payment: { ...payment, status: "AUTHORIZED" } } as Order)).toBeUndefined();
});
