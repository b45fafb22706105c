// Who is signed in, as the page shows it. The tokens themselves are the business of account.ts.
import { useSyncExternalStore } from "react";
import { takeTokensFrom } from "../api/shop-api";
import type { Person } from "./account";

const PLACE = "signed-in-as";
const listeners = new Set<() => void>();
let person: Person | null = read();
let expired = false;
let onEnd: () => void = () => undefined;

/** The person who is signed in; null for a guest. Known at once, so that nothing jumps when the page loads. */
export function usePerson(): Person | null {
  return useSyncExternalStore(subscribe, () => person);
}

export async function signInAs(email: string, password: string): Promise<void> {
  const { enter } = await import("./account");
  become(await enter(email, password));
}

export async function signOut(): Promise<void> {
  become(null);
  onEnd();
  const { leave } = await import("./account");
  await leave();
}

/** Whether the last session ended by itself, so that the person wonders why they are asked to sign in. */
export const hasExpired = (): boolean => expired;

/** Uses the session for the calls of the API; `ended` is told when it ends, by itself or by the person. */
export function startSession(ended: () => void): void {
  onEnd = ended;
  const expire = () => {
    if (person === null) return;
    become(null);
    expired = true;
    onEnd();
  };
  takeTokensFrom(async () => {
    if (person === null) return null;
    const { idToken } = await import("./account");
    const token = await idToken();
    if (token === null) expire();
    return token;
  }, expire);
}

function become(now: Person | null): void {
  person = now;
  expired = false;
  if (now) sessionStorage.setItem(PLACE, JSON.stringify(now));
  else sessionStorage.removeItem(PLACE);
  listeners.forEach((tell) => tell());
}

function read(): Person | null {
  try {
    return JSON.parse(sessionStorage.getItem(PLACE) ?? "null") as Person | null;
  } catch {
    return null;
  }
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
