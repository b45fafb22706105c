import { expect, it } from "vitest";
import contract from "../../../contracts/openapi.json";
import { messages } from "../messages";
import { orderHeadline } from "./order-headline";
import type { Order } from "./orders-api";

function order(status: string, members: Partial<Order> = {}, ...types: string[]): Order {
  const timeline = types.map((type) => ({ type }));
  return { status, total: 1500, currency: "EUR", items: [{ sku: "CUP-1", name: "Cup" }], ...members, timeline } as Order;
}

const describe = (...parameters: Parameters<typeof order>) => orderHeadline(order(...parameters)).description;
const paid = (status: NonNullable<Order["payment"]>["status"]) => ({ payment: { status, payment_method: "pm_card_visa" } });
const { notCharged, holdReleased } = messages.order;

it("has a title and a description for each status of the API", () => {
  for (const status of contract.components.schemas.Status.enum) {
    const { title, description } = orderHeadline(order(status));
    expect(Object.values(messages.order.headlines)).toContain(title);
    expect(description).not.toBe("");
  }
});

it("says why an order was rejected, what the customer can do, and that nothing was charged", () => {
  expect(describe("REJECTED", { reason: "PAYMENT_EXPIRED" })).toBe(
    `The payment was not confirmed in time. Order again, and confirm the payment at your bank. ${notCharged}`,
  );
  expect(describe("REJECTED", { reason: "OUT_OF_STOCK", stock: { status: "REJECTED", out_of_stock: ["CUP-1"] } })).toContain("stock of Cup.");
});

it("says what happens to the money, and never that a charged card was not charged", () => {
  expect(describe("REJECTED", { reason: "ADDRESS_REFUSED", ...paid("AUTHORIZED") })).toContain(`${notCharged} ${holdReleased}`);
  expect(describe("CANCELLED", paid("VOIDED"))).toBe(notCharged);
  for (const status of ["CANCELLED", "REJECTED", "NEEDS_ATTENTION"]) expect(describe(status, paid("CAPTURED"))).not.toContain(notCharged);
  expect(describe("NEEDS_ATTENTION", paid("AUTHORIZED"), "OrderConfirmed")).not.toContain(notCharged);
});

it("asks for the confirmation at the bank until the shop knows the answer", () => {
  const asked = order("AWAITING_PAYMENT", { payment: { status: "ACTION_REQUIRED", payment_method: "pm_requires_action", action_url: "/bank" } });

  expect(orderHeadline(asked).description).toContain("asks you to confirm this payment of");
  expect(orderHeadline(asked, true).description).toBe(messages.order.answerSent);
  expect(orderHeadline({ ...asked, ...paid("AUTHORIZED") }, true).description).toBe(messages.order.answerReceived);
});

it("says whether the order is decided when a step keeps failing", () => {
  const { undecided, confirmed, undone } = messages.order.keepsFailing;

  expect(describe("NEEDS_ATTENTION", {}, "OrderPlaced")).toContain(undecided);
  expect(describe("NEEDS_ATTENTION", {}, "OrderPlaced", "OrderConfirmed")).toContain(confirmed);
  expect(describe("NEEDS_ATTENTION", paid("AUTHORIZED"), "OrderPlaced", "OrderRejected")).toContain(undone);
});

it("says where the parcel of a confirmed order is", () => {
  expect(describe("CONFIRMED", { shipment: { status: "DELIVERED" } })).toBe(messages.order.parcels.DELIVERED);
  expect(describe("CONFIRMED")).toBe(messages.order.parcels.none);
});

it("says that the order is refunded only if all of it is", () => {
  expect(describe("CONFIRMED", { shipment: { status: "DELIVERED" }, refunded: 500 })).toBe(messages.order.parcels.DELIVERED);
  expect(describe("CONFIRMED", { shipment: { status: "DELIVERED" }, refunded: 1500 })).toBe("We refunded this order.");
});
