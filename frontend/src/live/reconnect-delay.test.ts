import { expect, it } from "vitest";
import { reconnectDelay } from "./reconnect-delay";

it("doubles the delay after each failure, up to a minute", () => {
  const longest = [0, 1, 2, 3, 20].map((failures) => reconnectDelay(failures, 1));

  expect(longest).toEqual([1000, 2000, 4000, 8000, 60_000]);
});

it("spreads the attempts of many pages over half of the delay", () => {
  expect(reconnectDelay(1, 0)).toBe(1000);
  expect(reconnectDelay(1, 0.5)).toBe(1500);
});
