import { expect, it, vi } from "vitest";
import { formatDecimal, formatMoney, formatShare, formatTimeOfDay, shortOrderNumber } from "./format";

const digitsOf = (text: string) => text.replace(/[^\d.,]/g, "");

it("formats an amount with all minor units of ISO 4217, although browsers leave some of them out", () => {
  // HUF and IQD are among the 17 currencies that a browser formats without their minor units.
  expect(digitsOf(formatMoney(4_990_000, "HUF"))).toMatch(/^49.?900[.,]00$/);
  expect(digitsOf(formatMoney(4_990_000, "IQD"))).toMatch(/^4.?990[.,]000$/);
  expect(digitsOf(formatMoney(1234, "EUR"))).toMatch(/^12[.,]34$/);
  expect(digitsOf(formatMoney(1234, "JPY"))).toMatch(/^1.?234$/);
});

it("formats the largest order without rounding", () => {
  expect(formatMoney(4_999_999_999_999_999, "EUR").replace(/\D/g, "")).toBe("4999999999999999");
});

it("formats an amount whose currency code is not valid", () => {
  expect(formatMoney(1234, "XX")).toBe("12.34 XX");
});

it("puts the decimal point before the minor units", () => {
  expect([formatDecimal(5, 2), formatDecimal(1234, 3), formatDecimal(1234, 0), formatDecimal(0, 2)]).toEqual(["0.05", "1.234", "1234", "0.00"]);
});

it("shortens an order id to the number on receipts", () => {
  expect(shortOrderNumber("ac813206-bbf5-57a2-9996-8dca9b7d786f")).toBe("AC813206");
});

it("formats a share, also of nothing", () => {
  expect([formatShare(1, 40), formatShare(0, 0)].map((text) => text.replace(/\s/g, ""))).toEqual(["2.5%", "0%"]);
});

it("formats a time of day as a local time", () => {
  vi.stubEnv("TZ", "Asia/Kolkata");
  expect(formatTimeOfDay("2026-11-20T16:35:17.123456Z")).toMatch(/^(22|10):05:17[.,]123/);
  vi.unstubAllEnvs();
});
