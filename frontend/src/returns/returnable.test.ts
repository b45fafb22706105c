import { describe, expect, it } from "vitest";
import type { Order } from "../orders/orders-api";
import { createdReturn, isUndecidedReturn, newReturnText, parseReturn, refundAmount, type Return, returnableLines, selectedItems } from "./returnable";

const KETTLE = { sku: "KETTLE-1", name: "Kettle", quantity: 3, unit_price: 1500 };
const CUP = { sku: "CUP-1", name: "Cup", quantity: 2, unit_price: 250 };
const REASON = "Does not fit";

const order = (...returns: Partial<Return>[]) =>
  ({ status: "CONFIRMED", payment: { status: "CAPTURED" }, items: [KETTLE, CUP], returns }) as Order;

const quantities = (lines: { sku: string; quantity: number }[]) => Object.fromEntries(lines.map(({ sku, quantity }) => [sku, quantity]));

describe("the returnable lines", () => {
  it("are those of the order, without the pieces of its returns, except refused ones", () => {
    const kettles = (status: Return["status"], quantity: number) => ({ status, items: [{ sku: "KETTLE-1", quantity }] });

    expect(quantities(returnableLines(order()))).toEqual({ "KETTLE-1": 3, "CUP-1": 2 });
    expect(quantities(returnableLines(order(kettles("REQUESTED", 1), kettles("REFUSED", 2))))).toEqual({ "KETTLE-1": 2, "CUP-1": 2 });
    expect(quantities(returnableLines(order(kettles("ACCEPTED", 1), kettles("COMPLETED", 2))))).toEqual({ "CUP-1": 2 });
  });

  it("are none before the order is confirmed and paid", () => {
    expect(returnableLines({ ...order(), status: "NEEDS_ATTENTION" })).toEqual([]);
    expect(returnableLines({ ...order(), payment: { status: "AUTHORIZED", payment_method: "pm_card_visa" } })).toEqual([]);
    expect(returnableLines({ ...order(), payment: null })).toEqual([]);
  });

  it("are none for a lost parcel, and after its refund", () => {
    expect(returnableLines({ ...order(), shipment: { status: "LOST" } })).toEqual([]);
    expect(returnableLines({ ...order({ status: "COMPLETED", items: [] }), shipment: { status: "DELIVERED" } })).toEqual([]);
    expect(returnableLines({ ...order(), shipment: { status: "DISPATCHED" } })).toHaveLength(2);
  });
});

it("is undecided until an operator has decided about this return", () => {
  const each = (return_id: string, status: Return["status"]) => ({ return_id, status, items: [] });

  expect(isUndecidedReturn(order(each("1", "COMPLETED"), each("2", "REQUESTED")), "2")).toBe(true);
  for (const status of ["ACCEPTED", "REFUSED", "COMPLETED"] as const)
    expect(isUndecidedReturn(order(each("1", "REQUESTED"), each("2", status)), "2")).toBe(false);
});

describe("the form", () => {
  const lines = [KETTLE, CUP];
  const text = (kettles: string, cups: string, reason = REASON) => ({ quantities: { "KETTLE-1": kettles, "CUP-1": cups }, reason });

  it("selects one piece of the only product, and nothing of several", () => {
    expect(newReturnText([KETTLE]).quantities).toEqual({ "KETTLE-1": "1" });
    expect(newReturnText(lines).quantities).toEqual({ "KETTLE-1": "0", "CUP-1": "0" });
  });

  it("is converted to the request of the API", () => {
    expect(parseReturn(lines, text(" 2 ", "0"))).toEqual({ request: { items: [{ sku: "KETTLE-1", quantity: 2 }], reason: REASON } });
    expect(parseReturn(lines, text("", "02"))).toEqual({ request: { items: [{ sku: "CUP-1", quantity: 2 }], reason: REASON } });
  });

  it("has an error for each invalid field", () => {
    for (const invalid of ["4", "-1", "1.5", "1e0", "x"]) expect(parseReturn(lines, text(invalid, "1"))).toHaveProperty(["errors", "KETTLE-1"]);
    expect(parseReturn(lines, text("3", "3"))).not.toHaveProperty(["errors", "KETTLE-1"]);
    expect(parseReturn(lines, text("0", "0", ""))).toEqual({
      errors: { "KETTLE-1": "Enter the quantity of at least one product.", reason: "Choose a reason." },
    });
  });

  it("shows the refund at the prices as paid, without invalid quantities", () => {
    const refund = (kettles: string, cups: string) => refundAmount(lines, selectedItems(lines, text(kettles, cups)));

    expect(refund("2", "1")).toBe(3250);
    expect(refund("9", "1")).toBe(250);
    expect(refund("", "")).toBe(0);
  });
});

it("shows a created return as the views will show it", () => {
  const response = {
    ...{ return_id: "r", order_id: "o", status: "REQUESTED" as const, refund_amount: 1500, currency: "EUR" },
    items: [{ sku: "KETTLE-1", quantity: 1, unit_price: 1500 }],
  };
  const now = new Date("2026-11-20T12:00:00Z");

  expect(createdReturn(response, { items: [], reason: REASON }, now)).toEqual({
    ...{ return_id: "r", status: "REQUESTED", refund_amount: 1500, reason: REASON, requested_at: "2026-11-20T12:00:00.000Z" },
    items: [{ sku: "KETTLE-1", quantity: 1 }],
  });
});
