import { beforeEach, describe, expect, it } from "vitest";
import { ApiError } from "../api/api-error";
import type { NewOrder } from "../orders/orders-api";
import { RequestAttempts } from "./request-attempts";
import { sendOnce } from "./send-once";

let storage: Storage;
let attempts: RequestAttempts;
let shop: Shop;

/** A fake of the API, with one order per idempotency key. It can lose a request or a response. */
class Shop {
  orders = new Map<string, string>();
  losing: "request" | "response" | null = null;

  place = (key: string, order: NewOrder) => {
    const losing = this.losing;
    this.losing = null;
    if (losing === "request") return Promise.reject(new ApiError(0));
    const response = this.respond(key, order);
    return losing === "response" ? Promise.reject(new ApiError(502)) : response instanceof ApiError ? Promise.reject(response) : Promise.resolve(response);
  };

  private respond(key: string, order: NewOrder) {
    const body = JSON.stringify(order);
    const stored = this.orders.get(key);
    if (stored === undefined && order.shipping_address.city === "") return new ApiError(422);
    if (stored !== undefined && stored !== body) return new ApiError(422, { type: "urn:serverless-orders:problem:idempotency-key-reused" });
    this.orders.set(key, body);
    return { order_id: key, status: "PLACED" as const, items: [], total: 1, currency: "EUR" };
  }
}

const to = (city: string): NewOrder => ({
  items: [{ sku: "KETTLE-1", quantity: 1 }],
  payment_method: "pm_card_visa",
  shipping_address: { name: "Ada", line1: "1 Mill Lane", city, postal_code: "10115", country: "DE" },
});
const place = async (city: string) => {
  const { result, ...sent } = await sendOnce({ body: to(city), attempts, send: shop.place, sentByAnotherTab: "Placed by another tab." });
  return { order_id: result.order_id, ...sent };
};

beforeEach(() => {
  const stored = new Map<string, string>();
  let keys = 0;
  storage = {
    getItem: (name: string) => stored.get(name) ?? null,
    setItem: (name: string, value: string) => void stored.set(name, value),
    removeItem: (name: string) => void stored.delete(name),
  } as Storage;
  attempts = new RequestAttempts("checkout", storage, () => `key-${++keys}`);
  shop = new Shop();
});

describe("an order whose response was lost", () => {
  it("is returned by a retry, even after a reload", async () => {
    shop.losing = "response";
    await expect(place("Berlin")).rejects.toThrow(ApiError);
    attempts = new RequestAttempts("checkout", storage, () => "another key");

    expect(await place("Berlin")).toEqual({ order_id: "key-1" });
    expect(shop.orders.size).toBe(1);
  });

  it("is found after a change of the address, and remains the only order", async () => {
    shop.losing = "response";
    await expect(place("Berlim")).rejects.toThrow(ApiError);

    expect(await place("Berlin")).toEqual({ order_id: "key-1", earlier: to("Berlim") });
    expect(shop.orders.size).toBe(1);
  });

  it("remains the only order after the address is changed and changed back", async () => {
    shop.losing = "response";
    await expect(place("Berlim")).rejects.toThrow(ApiError);
    shop.losing = "response";
    await expect(place("Berlin")).rejects.toThrow(ApiError);

    expect(await place("Berlim")).toEqual({ order_id: "key-1" });
    expect(shop.orders.size).toBe(1);
  });

  it("is found after another request is lost", async () => {
    shop.losing = "response";
    await expect(place("Berlim")).rejects.toThrow(ApiError);
    shop.losing = "request";
    await expect(place("Berlin")).rejects.toThrow(ApiError);

    expect(await place("Potsdam")).toEqual({ order_id: "key-1", earlier: to("Berlim") });
    expect(shop.orders.size).toBe(1);
  });

  it("does not exist if the request was lost, so the changed order is placed", async () => {
    shop.losing = "request";
    await expect(place("Berlim")).rejects.toThrow(ApiError);

    expect(await place("Berlin")).toEqual({ order_id: "key-1" });
    expect([...shop.orders.values()]).toEqual([JSON.stringify(to("Berlin"))]);
  });

  it("remains unknown after a later request is rejected", async () => {
    shop.losing = "request";
    await expect(place("Berlim")).rejects.toThrow(ApiError);
    await expect(place("")).rejects.toThrow(ApiError);

    expect(attempts.current?.sent).toEqual([JSON.stringify(to("Berlim"))]);
  });
});

it("creates another order if the customer places the same order twice", async () => {
  const first = await place("Berlin");

  expect((await place("Berlin")).order_id).not.toBe(first.order_id);
});

it("ends the attempt after a rejection", async () => {
  await expect(place("")).rejects.toThrow(ApiError);

  expect(attempts.current).toBeNull();
});

it("reports an order that another tab placed under the same key", async () => {
  storage.setItem("attempt checkout", JSON.stringify({ key: "key-0", sent: ["{}"] }));
  shop.orders.set("key-0", "something else");

  await expect(place("Berlin")).rejects.toThrow("Placed by another tab.");
  expect(attempts.current).toBeNull();
});

it("ignores an invalid stored attempt", async () => {
  for (const text of ["{", "1", "{}", '{"key":1,"sent":[]}']) {
    storage.setItem("attempt checkout", text);
    expect(attempts.current).toBeNull();
  }
  await place("Berlin");
});
