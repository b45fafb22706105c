import { expect, it } from "vitest";
import type { Order } from "../orders/orders-api";
import { isWaitingForOperator } from "./waiting-order";

it("detects the orders that wait for an operator", () => {
  const waiting = ["PLACED", "AWAITING_PAYMENT", "IN_REVIEW", "CONFIRMED", "REJECTED", "CANCELLED", "NEEDS_ATTENTION"].filter((status) =>
    isWaitingForOperator({ status, returns: [] as Order["returns"] } as Order),
  );

  expect(waiting).toEqual(["IN_REVIEW", "NEEDS_ATTENTION"]);
  const returned = (status: string, needs_attention?: boolean, items = [{}]) =>
    ({ status: "CONFIRMED", returns: [{ status, needs_attention, items }] }) as Order;
  expect(isWaitingForOperator(returned("REQUESTED"))).toBe(true);
  expect(isWaitingForOperator(returned("ACCEPTED"))).toBe(false);
  expect(isWaitingForOperator(returned("ACCEPTED", true))).toBe(true);
  const shipment: Order["shipment"] = { status: "LOST" };
  expect(isWaitingForOperator({ ...returned("COMPLETED"), shipment })).toBe(true);
  expect(isWaitingForOperator({ ...returned("ACCEPTED", false, []), shipment })).toBe(false);
});
