import { afterEach, expect, it, vi } from "vitest";
import { signOut } from "./session";

const TOKEN = "CognitoIdentityServiceProvider.client.ada.idToken";

/** The entries of the tab's storage, and its methods. */
const storage = vi.hoisted(() => {
  const entries: Record<string, unknown> = {
    getItem: (key: string) => entries[key] ?? null,
    setItem: (key: string, value: string) => void (entries[key] = value),
    removeItem: (key: string) => void Reflect.deleteProperty(entries, key),
  };
  vi.stubGlobal("sessionStorage", entries);
  return entries;
});
vi.mock("./account", () => ({ endSession: () => Promise.reject(new TypeError("Failed to fetch")) }));

afterEach(() => vi.unstubAllGlobals());

it("removes the tokens at sign-out, even if the server cannot be reached", async () => {
  Object.assign(storage, { [TOKEN]: "token", basket: "{}" });

  await signOut();

  expect(storage).not.toHaveProperty([TOKEN]);
  expect(storage["basket"]).toBe("{}");
});
