import { afterEach, expect, it, vi } from "vitest";

afterEach(() => vi.unstubAllGlobals());

it("keeps the changes of another tab, even if this tab was not notified", async () => {
  const stored = new Map([["basket", JSON.stringify({ "CUP-1": 1 })]]);
  vi.stubGlobal("localStorage", {
    getItem: (name: string) => stored.get(name) ?? null,
    setItem: (name: string, value: string) => void stored.set(name, value),
  });
  vi.stubGlobal("addEventListener", () => undefined);
  const { changeBasket } = await import("./basket-store");
  stored.set("basket", JSON.stringify({ "CUP-1": 1, "POT-1": 2 }));

  changeBasket((basket) => ({ ...basket, "CUP-1": 3 }));

  expect(JSON.parse(stored.get("basket") ?? "")).toEqual({ "CUP-1": 3, "POT-1": 2 });
});
