import { afterEach, expect, it } from "vitest";
import { pollInterval, setLive } from "./polling";

afterEach(() => setLive(false));

it("polls slowly while live updates are connected, and as before without them", () => {
  expect(pollInterval(4000)).toBe(4000);

  setLive(true);
  expect(pollInterval(4000)).toBe(20_000);
  expect(pollInterval(60_000)).toBe(60_000);

  setLive(false);
  expect(pollInterval(600)).toBe(600);
});
