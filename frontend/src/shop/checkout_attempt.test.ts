import { beforeEach, expect, it } from "vitest";
import { attemptFor, endAttempt } from "./checkout_attempt";

let stored: Map<string, string>;
let storage: Storage;
let made: number;
const newKey = () => `00000000-0000-4000-8000-00000000000${++made}` as const;

beforeEach(() => {
  stored = new Map();
  made = 0;
  storage = {
    getItem: (name: string) => stored.get(name) ?? null,
    setItem: (name: string, value: string) => void stored.set(name, value),
    removeItem: (name: string) => void stored.delete(name),
  } as Storage;
});

it("has the same key for the same order, however often it is sent", () => {
  const first = attemptFor("{1}", storage, newKey);

  expect(attemptFor("{1}", storage, newKey)).toEqual(first);
});

it("has another key for a changed order, which the API would refuse under the first", () => {
  expect(attemptFor("{1}", storage, newKey).key).not.toBe(attemptFor("{2}", storage, newKey).key);
});

it("has another key for the same order placed again on purpose", () => {
  const first = attemptFor("{1}", storage, newKey);
  endAttempt(storage);

  expect(attemptFor("{1}", storage, newKey).key).not.toBe(first.key);
});

it("starts afresh where something else is found in its place", () => {
  stored.set("checkout-attempt", "{");

  expect(attemptFor("{1}", storage, newKey).body).toBe("{1}");
});
