import { expect, it } from "vitest";
import { hasFilters, NO_FILTERS, parseSearchText, readFilters, toQuery, writeFilters } from "./order-search";

const ORDER_ID = "ac813206-bbf5-57a2-9996-8dca9b7d786f";

it("finds the order id in any text", () => {
  for (const text of [ORDER_ID, ` ${ORDER_ID.toUpperCase()} `, `see https://shop.example.com/orders/${ORDER_ID}, please`, `{"correlation_id":"${ORDER_ID}"}`])
    expect(parseSearchText(text)).toEqual({ order: ORDER_ID });
});

it("recognizes the short number of an order, and an e-mail address", () => {
  expect(parseSearchText("AC813206")).toEqual({ order: "ac813206" });
  expect(parseSearchText("#ac813206")).toEqual({ order: "ac813206" });
  expect(parseSearchText(" ada@example.com ")).toEqual({ email: "ada@example.com" });
  for (const text of ["", "AC81320", "AC8132066", "ada", '"@b', "a b@c"]) expect(parseSearchText(text)).toHaveProperty("error");
});

it("keeps the filters in the URL", () => {
  const filters = { ...NO_FILTERS, status: "REJECTED", from: "2026-11-20", customer: "c" };

  const parameters = new URLSearchParams(writeFilters(filters));

  expect(parameters.toString()).toBe("status=REJECTED&from=2026-11-20&customer=c");
  expect(readFilters(parameters)).toEqual(filters);
  expect([hasFilters(filters), hasFilters(NO_FILTERS)]).toEqual([true, false]);
});

it("includes the whole local day of both dates", () => {
  const { from, to, status, order, customer_id } = toQuery({ ...NO_FILTERS, from: "2026-11-30", to: "2026-11-30" });

  expect([from, to]).toEqual([new Date(2026, 10, 30).toISOString(), new Date(2026, 11, 1).toISOString()]);
  expect([status, order, customer_id]).toEqual([undefined, undefined, undefined]);
});

it("ignores a date that is not complete", () => {
  expect(toQuery({ ...NO_FILTERS, from: "2026-1", to: "" })).toMatchObject({ from: undefined, to: undefined });
});
