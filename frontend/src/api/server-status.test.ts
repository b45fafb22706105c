import { expect, it } from "vitest";
import { createServerStatus } from "./server-status";

it.each([0, 502, 504])("says that the server is gone after two failures in a row (status %i)", (status) => {
  const { isGone, report } = createServerStatus();
  report(status);
  expect(isGone.get()).toBe(false);
  report(status);
  expect(isGone.get()).toBe(true);
});

it.each([200, 404, 429, 500, 503])("counts status %i as a response of the server", (status) => {
  const { isGone, report } = createServerStatus();
  report(0);
  report(status);
  report(0);
  expect(isGone.get()).toBe(false);
});

it("notifies its subscribers only of a change", () => {
  const { isGone, report } = createServerStatus();
  const seen: boolean[] = [];
  isGone.subscribe(() => seen.push(isGone.get()));
  [0, 0, 0, 200, 200].forEach(report);
  expect(seen).toEqual([true, false]);
});
