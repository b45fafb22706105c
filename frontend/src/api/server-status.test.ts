import { afterEach, expect, it, vi } from "vitest";
import { createServerStatus } from "./server-status";

const ORDERS = { method: "GET", url: "/api/orders" };
const PRODUCTS = { method: "GET", url: "/api/products" };

afterEach(() => vi.useRealTimers());

it.each([0, 500, 502, 503, 504])("says that the server is gone after two failures in a row (status %i)", (status) => {
  const { isGone, report } = createServerStatus();
  report(status, ORDERS);
  expect(isGone.get()).toBe(false);
  report(status, ORDERS);
  expect(isGone.get()).toBe(true);
});

it.each([
  ["GET", 200],
  ["GET", 404],
  ["GET", 429],
  ["GET", 500],
  ["POST", 500],
  ["POST", 503],
])("counts a %s with status %i as a response of the server", (method, status) => {
  const { isGone, report } = createServerStatus();
  report(0, ORDERS);
  report(status, { ...ORDERS, method });
  report(0, ORDERS);
  expect(isGone.get()).toBe(false);
});

it("leaves a failed action to its own error", () => {
  const { isGone, report } = createServerStatus();
  for (let times = 0; times < 5; times++) report(500, { ...ORDERS, method: "POST" });
  expect(isGone.get()).toBe(false);
});

it("says that a page is out of date until the same read succeeds, or the page no longer sends it", () => {
  vi.useFakeTimers();
  const { isGone, report } = createServerStatus();
  for (const status of [503, 503]) report(status, ORDERS);
  report(200, PRODUCTS);
  expect(isGone.get()).toBe(true);
  report(200, ORDERS);
  expect(isGone.get()).toBe(false);

  for (const status of [503, 503]) report(status, ORDERS);
  vi.advanceTimersByTime(20_000);
  report(200, PRODUCTS);
  expect(isGone.get()).toBe(false);
});

it("notifies its subscribers only of a change", () => {
  const { isGone, report } = createServerStatus();
  const seen: boolean[] = [];
  isGone.subscribe(() => seen.push(isGone.get()));
  for (const status of [0, 0, 0, 200, 200]) report(status, ORDERS);
  expect(seen).toEqual([true, false]);
});
