import { expect, it } from "vitest";
import { createStore } from "./store";

it("returns one copy until it is refreshed, and then tells its subscribers", () => {
  let stored = { number: 1 };
  const store = createStore(() => ({ ...stored }));
  const seen: number[] = [];
  const unsubscribe = store.subscribe(() => seen.push(store.get().number));

  const first = store.get();
  stored = { number: 2 };
  expect(store.get()).toBe(first);
  store.refresh();
  unsubscribe();
  store.refresh();

  expect(seen).toEqual([2]);
  expect(store.get()).toEqual({ number: 2 });
});

it("is refreshed by what it listens to", () => {
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
