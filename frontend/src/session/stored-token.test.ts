import { expect, it } from "vitest";
import { storedIdToken } from "./stored-token";

const NOW = Date.parse("2026-11-29T12:00:00Z");
const HOUR = 3_600_000;

const tokenFor = (sub: string, expiresAt: number) => {
  const payload = btoa(JSON.stringify({ sub, exp: expiresAt / 1000, name: "~~~???" })).replace(/\+/g, "-").replace(/\//g, "_").replace(/=/g, "");
  return `header.${payload}.signature`;
};

const storageWith = (entries: Record<string, string>) =>
  ({ ...entries, getItem: (key: string) => entries[key] ?? null }) as unknown as Storage;

const stored = (token: string, clockDrift = 0) =>
  storageWith({ "CognitoIdentityServiceProvider.client.ada.idToken": token, "CognitoIdentityServiceProvider.client.ada.clockDrift": String(clockDrift) });

it("returns the token of the user until shortly before it expires", () => {
  const token = tokenFor("ada", NOW + HOUR);

  expect(storedIdToken("ada", NOW, stored(token))).toBe(token);
  expect(storedIdToken("ada", NOW + HOUR - 30_000, stored(token))).toBeNull();
});

it("measures the time with the clock of Cognito, which Amplify has compared with the clock of the browser", () => {
  expect(storedIdToken("ada", NOW, stored(tokenFor("ada", NOW + HOUR), 2 * HOUR))).toBeNull();
});

it("returns no token of another user, and nothing unreadable", () => {
  expect(storedIdToken("bob", NOW, stored(tokenFor("ada", NOW + HOUR)))).toBeNull();
  for (const token of ["", "a.b.c", "a..c"]) expect(storedIdToken("ada", NOW, stored(token))).toBeNull();
  expect(storedIdToken("ada", NOW, storageWith({}))).toBeNull();
});
