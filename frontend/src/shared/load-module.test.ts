import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { ApiError } from "../api/api-error";
import { loadModule } from "./load-module";

const failingImport = () => Promise.reject(new TypeError("Failed to fetch dynamically imported module"));
const reload = vi.fn();
const page = { build: "/assets/index-1.js", isOnline: true };

/** Starts an import; resolves to what it throws, or to "waiting" if it neither resolves nor throws. */
const load = () => Promise.race([loadModule(failingImport).catch((error: unknown) => error), new Promise((done) => setTimeout(done, 0, "waiting"))]);

beforeEach(() => {
  const stored = new Map<string, string>();
  Object.assign(page, { build: "/assets/index-1.js", isOnline: true });
  vi.stubGlobal("sessionStorage", { getItem: (key: string) => stored.get(key) ?? null, setItem: (key: string, value: string) => void stored.set(key, value) });
  vi.stubGlobal("location", { reload });
  vi.stubGlobal("document", { querySelector: () => ({ src: page.build }) });
  vi.stubGlobal("navigator", {
    get onLine() {
      return page.isOnline;
    },
  });
});

afterEach(() => {
  vi.unstubAllGlobals();
  reload.mockClear();
});

it("returns the module", async () => {
  expect(await loadModule(() => Promise.resolve("module"))).toBe("module");
});

it("reloads the page once per build", async () => {
  expect(await load()).toBe("waiting");
  expect(await load()).toBeInstanceOf(ApiError);
  expect(reload).toHaveBeenCalledTimes(1);

  page.build = "/assets/index-2.js";
  expect(await load()).toBe("waiting");
  expect(reload).toHaveBeenCalledTimes(2);
});

it("does not reload without a network connection, because the page would be lost", async () => {
  page.isOnline = false;

  expect(await load()).toMatchObject({ isTransient: true });
  expect(reload).not.toHaveBeenCalled();
});
