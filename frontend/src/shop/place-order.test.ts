import { afterEach, expect, it, vi } from "vitest";
import { endAllAttempts } from "../shared/request-attempts";
import { checkoutAttempts } from "./place-order";

afterEach(() => vi.unstubAllGlobals());

it("keeps an attempt for the same customer only, until the sign-out", () => {
  const entries: Record<string, unknown> = {
    getItem: (key: string) => entries[key] ?? null,
    setItem: (key: string, value: string) => void (entries[key] = value),
    removeItem: (key: string) => void Reflect.deleteProperty(entries, key),
  };
  vi.stubGlobal("sessionStorage", entries);
  checkoutAttempts("ada").recordRequest('{"name":"Ada Lovelace"}');

  expect(checkoutAttempts("bob").current).toBeNull();
  expect(checkoutAttempts("ada").current?.sent).toEqual(['{"name":"Ada Lovelace"}']);
  endAllAttempts();
  expect(JSON.stringify(entries)).not.toContain("Lovelace");
});
