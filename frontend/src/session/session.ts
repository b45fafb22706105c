// The session of the signed-in user. account.ts handles the tokens.
import { authorizeWith } from "../api/client";
import { loadModule } from "../shared/load-module";
import { createStore } from "../shared/store";
import type { User } from "./account";

interface Session {
  /** The signed-in user; null for a guest. */
  user: User | null;
  /** Whether the last session expired. False if the user signed out. */
  hasExpired: boolean;
}

const KEY = "session";
const GUEST: Session = { user: null, hasExpired: false };

// Stored, because the first render must already show the user. A later change would shift the layout.
const session = createStore(read);
let onEnd: () => void = () => undefined;

export const useSession = session.use;

export const useUser = (): User | null => useSession().user;

export async function signInAs(email: string, password: string): Promise<void> {
  const { authenticate } = await loadModule(() => import("./account"));
  setSession({ user: await authenticate(email, password), hasExpired: false });
}

export async function signOut(): Promise<void> {
  setSession(GUEST);
  onEnd();
  const { endSession } = await loadModule(() => import("./account"));
  await endSession();
}

/**
 * Sends the ID token of the session with each API request.
 *
 * @param endCallback - Called when the session expires or the user signs out.
 */
export function startSession(endCallback: () => void): void {
  onEnd = endCallback;
  const expire = () => {
    if (session.get().user === null) return;
    setSession({ user: null, hasExpired: true });
    onEnd();
  };
  authorizeWith(async () => {
    if (session.get().user === null) return null;
    const { idToken } = await loadModule(() => import("./account"));
    const token = await idToken();
    if (token === null) expire();
    return token;
  }, expire);
}

function setSession(next: Session): void {
  sessionStorage.setItem(KEY, JSON.stringify(next));
  session.refresh();
}

function read(): Session {
  try {
    return { ...GUEST, ...(JSON.parse(sessionStorage.getItem(KEY) ?? "{}") as Partial<Session>) };
  } catch {
    return GUEST;
  }
}
