import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { createRefresher } from "./refresher";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it("refreshes a change at once, and the changes during a refresh together", async () => {
  const refreshed: string[][] = [];
  let finish: () => void = () => undefined;
  const report = createRefresher((changed: Set<string>) => {
    refreshed.push([...changed]);
    return new Promise<void>((resolve) => (finish = resolve));
  }, 1000);

  report("a");
  report("b");
  report("c");
  report("b");
  expect(refreshed).toEqual([["a"]]);

  finish();
  await vi.advanceTimersByTimeAsync(999);
  expect(refreshed).toHaveLength(1);
  await vi.advanceTimersByTimeAsync(1);
  expect(refreshed).toEqual([["a"], ["b", "c"]]);

  finish();
  await vi.advanceTimersByTimeAsync(1000);
  report("d");
  expect(refreshed[2]).toEqual(["d"]);
});
