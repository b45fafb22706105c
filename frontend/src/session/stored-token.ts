/** The prefix under which Amplify stores the tokens: `CognitoIdentityServiceProvider.<client id>.<user name>.idToken`. */
export const TOKENS = "CognitoIdentityServiceProvider.";

// A request must arrive before its token expires.
const MARGIN_MS = 60_000;

/**
 * Reads the user's ID token that Amplify has stored in this tab. Most visits then need no part of Amplify, which would add
 * 36 kB of gzipped JavaScript.
 *
 * @returns The token; null if there is none, or if Amplify must renew it.
 */
export function storedIdToken(userId: string, now: number, storage: Storage = sessionStorage): string | null {
  const key = Object.keys(storage).find((each) => each.startsWith(TOKENS) && each.endsWith(".idToken"));
  if (key === undefined) return null;
  const token = storage.getItem(key) ?? "";
  const drift = Number(storage.getItem(key.replace(/idToken$/, "clockDrift")) ?? 0);
  const { sub, exp } = claims(token);
  return sub === userId && exp !== undefined && now + drift + MARGIN_MS < exp * 1000 ? token : null;
}

/** The claims of a JSON Web Token; empty if it is none. The API verifies the signature. */
function claims(token: string): { sub?: string; exp?: number } {
  try {
    return JSON.parse(atob((token.split(".")[1] ?? "").replace(/-/g, "+").replace(/_/g, "/"))) as { sub?: string; exp?: number };
  } catch {
    return {};
  }
}
