import { beforeEach, describe, expect, it } from "vitest";
import { ApiError } from "../api/api-error";
import type { NewOrder } from "../orders/orders-api";
import { Attempts } from "./checkout-attempt";
import { placeOnce } from "./place-order";

let storage: Storage;
let attempts: Attempts;
let shop: Shop;

/** One order for a key, as the API has it. An answer may be lost, before or after the order is stored. */
class Shop {
  orders = new Map<string, string>();
  losing: "request" | "answer" | null = null;

  place = (key: string, order: NewOrder) => {
    const losing = this.losing;
    this.losing = null;
    if (losing === "request") return Promise.reject(new ApiError(0));
    const answer = this.answer(key, order);
    return losing === "answer" ? Promise.reject(new ApiError(502)) : answer instanceof ApiError ? Promise.reject(answer) : Promise.resolve(answer);
  };

  private answer(key: string, order: NewOrder) {
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
const place = (city: string) => placeOnce(to(city), attempts, shop.place);

beforeEach(() => {
  const stored = new Map<string, string>();
  let made = 0;
  storage = {
    getItem: (name: string) => stored.get(name) ?? null,
    setItem: (name: string, value: string) => void stored.set(name, value),
    removeItem: (name: string) => void stored.delete(name),
  } as Storage;
  attempts = new Attempts(storage, () => `key-${++made}`);
  shop = new Shop();
});

describe("an order whose answer was lost", () => {
  it("is the same order when it is sent again, also after a reload", async () => {
    shop.losing = "answer";
    await expect(place("Berlin")).rejects.toThrow(ApiError);
    attempts = new Attempts(storage, () => "another key");

    expect(await place("Berlin")).toEqual({ order_id: "key-1" });
    expect(shop.orders.size).toBe(1);
  });

  it("is found when the address is mended, and is the only one", async () => {
    shop.losing = "answer";
    await expect(place("Berlim")).rejects.toThrow(ApiError);

    expect(await place("Berlin")).toEqual({ order_id: "key-1", earlier: to("Berlim") });
    expect(shop.orders.size).toBe(1);
  });

  it("is the only one, too, when the address is mended and mended back", async () => {
    shop.losing = "answer";
    await expect(place("Berlim")).rejects.toThrow(ApiError);
    shop.losing = "answer";
    await expect(place("Berlin")).rejects.toThrow(ApiError);

    expect(await place("Berlim")).toEqual({ order_id: "key-1" });
    expect(shop.orders.size).toBe(1);
  });

  it("is still looked for when finding out meets a lost answer, too", async () => {
    shop.losing = "answer";
    await expect(place("Berlim")).rejects.toThrow(ApiError);
    shop.losing = "request";
    await expect(place("Berlin")).rejects.toThrow(ApiError);

    expect(await place("Potsdam")).toEqual({ order_id: "key-1", earlier: to("Berlim") });
    expect(shop.orders.size).toBe(1);
  });

  it("is no order where the request did not arrive: the mended one is placed", async () => {
    shop.losing = "request";
    await expect(place("Berlim")).rejects.toThrow(ApiError);

    expect(await place("Berlin")).toEqual({ order_id: "key-1" });
    expect([...shop.orders.values()]).toEqual([JSON.stringify(to("Berlin"))]);
  });

  it("stays unknown when a later one is refused", async () => {
    shop.losing = "request";
    await expect(place("Berlim")).rejects.toThrow(ApiError);
    await expect(place("")).rejects.toThrow(ApiError);

    expect(attempts.underWay?.sent).toEqual([JSON.stringify(to("Berlim"))]);
  });
});

it("is another order when the same is placed again on purpose", async () => {
  const first = await place("Berlin");

  expect((await place("Berlin")).order_id).not.toBe(first.order_id);
});

it("leaves nothing to find out when the shop has refused it", async () => {
  await expect(place("")).rejects.toThrow(ApiError);

  expect(attempts.underWay).toBeNull();
});

it("says so where the key is taken by an order that this tab has not sent", async () => {
  storage.setItem("checkout-attempt", JSON.stringify({ key: "key-0", sent: ["{}"] }));
  shop.orders.set("key-0", "something else");

  await expect(place("Berlin")).rejects.toThrow("My orders");
  expect(attempts.underWay).toBeNull();
});

it("starts afresh where something else is found in its place", async () => {
  for (const text of ["{", "1", "{}", '{"key":1,"sent":[]}']) {
    storage.setItem("checkout-attempt", text);
    expect(attempts.underWay).toBeNull();
  }
  await place("Berlin");
});
