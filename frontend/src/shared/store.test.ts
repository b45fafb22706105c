import { expect, it } from "vitest";
import { createStore } from "./store";

it("caches the value until a refresh, which notifies the subscribers", () => {
  let stored = { number: 1 };
  const store = createStore(() => ({ ...stored }));
  const seen: number[] = [];
  const unsubscribe = store.subscribe(() => seen.push(store.get().number));

  const cached = store.get();
  stored = { number: 2 };
  expect(store.get()).toBe(cached);
  store.refresh();
  unsubscribe();
  store.refresh();

  expect(seen).toEqual([2]);
  expect(store.get()).toEqual({ number: 2 });
});

it("refreshes when its source reports a change", () => {
  let isOnline = true;
  let change: () => void = () => undefined;
  const store = createStore(
    () => isOnline,
    (refresh) => (change = refresh),
  );

  isOnline = false;
  change();

  expect(store.get()).toBe(false);
});
