import { expect, it } from "vitest";
import { createServerStatus } from "./server-status";

it.each([0, 500, 502, 503, 504])("says that the server is gone after two failures in a row (status %i)", (status) => {
  const { isGone, report } = createServerStatus();
  report(status, "GET");
  expect(isGone.get()).toBe(false);
  report(status, "GET");
  expect(isGone.get()).toBe(true);
});

it.each([
  ["GET", 200],
  ["GET", 404],
  ["GET", 429],
  ["POST", 500],
  ["POST", 503],
])("counts a %s with status %i as a response of the server", (method, status) => {
  const { isGone, report } = createServerStatus();
  report(0, "GET");
  report(status, method);
  report(0, "GET");
  expect(isGone.get()).toBe(false);
});

it("notifies its subscribers only of a change", () => {
  const { isGone, report } = createServerStatus();
  const seen: boolean[] = [];
  isGone.subscribe(() => seen.push(isGone.get()));
  for (const status of [0, 0, 0, 200, 200]) report(status, "GET");
  expect(seen).toEqual([true, false]);
});
