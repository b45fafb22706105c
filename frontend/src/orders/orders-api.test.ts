import { QueryClient, QueryObserver } from "@tanstack/react-query";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { ApiError } from "../api/api-error";
import { isLate } from "./order-polling";
import { orderQuery } from "./orders-api";

const views = vi.hoisted(() => ({ order: undefined as object | undefined, requests: 0 }));

vi.mock("../api/client", () => ({
  api: { GET: () => undefined },
  responseBody: () => {
    views.requests += 1;
    return views.order ? Promise.resolve(views.order) : Promise.reject(new ApiError(404));
  },
}));

beforeEach(() => {
  vi.useFakeTimers();
  views.order = undefined;
  views.requests = 0;
});
afterEach(() => vi.useRealTimers());

/** Shows the order on a page, and returns the result of its query. */
function show(isNew: boolean) {
  const observer = new QueryObserver(new QueryClient(), orderQuery("one", isNew));
  observer.subscribe(() => undefined);
  return () => observer.getCurrentResult();
}

it("waits for a new order until the views contain it, and says that it is late", async () => {
  const result = show(true);
  await vi.advanceTimersByTimeAsync(14_000);
  expect(isLate(result().failureCount)).toBe(false);

  await vi.advanceTimersByTimeAsync(2000);
  expect(isLate(result().failureCount)).toBe(true);
  expect(result().error).toBeNull();
  const requests = views.requests;
  await vi.advanceTimersByTimeAsync(60_000);
  expect(views.requests).toBe(requests + 12);

  views.order = { order_id: "one" };
  await vi.advanceTimersByTimeAsync(5000);
  expect(result().data).toEqual(views.order);
  expect(isLate(result().failureCount)).toBe(false);
});

it("does not wait for an order that was not placed here", async () => {
  const result = show(false);
  await vi.advanceTimersByTimeAsync(0);

  expect(result().error).toEqual(new ApiError(404));
});
