import { expect, it } from "vitest";
import { decimal, money } from "./format";

const digitsOf = (text: string) => text.replace(/[^\d.,]/g, "");

it("writes an amount with the minor units of ISO 4217, not with those that displays leave out", () => {
  // HUF and IQD are among the 17 currencies that a browser writes without their minor units.
  expect(digitsOf(money(4_990_000, "HUF"))).toMatch(/^49.?900[.,]00$/);
  expect(digitsOf(money(4_990_000, "IQD"))).toMatch(/^4.?990[.,]000$/);
  expect(digitsOf(money(1234, "EUR"))).toMatch(/^12[.,]34$/);
  expect(digitsOf(money(1234, "JPY"))).toMatch(/^1.?234$/);
});

it("writes the largest order exactly", () => {
  expect(money(4_999_999_999_999_999, "EUR").replace(/\D/g, "")).toBe("4999999999999999");
});

it("writes an amount of what is no currency, too", () => {
  expect(money(1234, "XX")).toBe("12.34 XX");
});

it("puts the point before the minor units", () => {
  expect([decimal(5, 2), decimal(1234, 3), decimal(1234, 0), decimal(0, 2)]).toEqual(["0.05", "1.234", "1234", "0.00"]);
});
