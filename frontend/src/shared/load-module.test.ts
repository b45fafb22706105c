import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { ApiError } from "../api/api-error";
import { loadModule, reloadIfReachable } from "./load-module";

const failingImport = () => Promise.reject(new TypeError("Failed to fetch dynamically imported module"));
const reload = vi.fn();
const page = { build: "/assets/index-1.js", status: 200 };

/** Starts an import; resolves to what it throws, or to "waiting" if it neither resolves nor throws. */
const load = () => Promise.race([loadModule(failingImport).catch((error: unknown) => error), new Promise((done) => setTimeout(done, 5, "waiting"))]);

beforeEach(() => {
  const stored = new Map<string, string>();
  Object.assign(page, { build: "/assets/index-1.js", status: 200 });
  vi.stubGlobal("sessionStorage", { getItem: (key: string) => stored.get(key) ?? null, setItem: (key: string, value: string) => void stored.set(key, value) });
  vi.stubGlobal("location", { reload });
  vi.stubGlobal("document", { querySelector: () => ({ src: page.build }) });
  // Status 0 stands for a server that does not respond.
  vi.stubGlobal("fetch", () => (page.status === 0 ? Promise.reject(new TypeError("Failed to fetch")) : Promise.resolve(new Response("", { status: page.status }))));
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

it.each([0, 502])("does not reload if the server is gone (status %i), because the page would be lost", async (status) => {
  page.status = status;

  expect(await load()).toMatchObject({ isTransient: true });
  await reloadIfReachable();
  expect(reload).not.toHaveBeenCalled();
});

it("still reloads after the server is back", async () => {
  page.status = 0;
  await load();
  page.status = 200;

  expect(await load()).toBe("waiting");
  expect(reload).toHaveBeenCalledTimes(1);
});
