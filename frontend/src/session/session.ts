// The session of the signed-in user. account.ts handles the tokens.
import { authorizeWith } from "../api/client";
import { loadModule } from "../shared/load-module";
import { removeStored } from "../shared/remove-stored";
import { createStore } from "../shared/store";
import type { User } from "./account";
import { shareSession, type SharedSession } from "./share-session";
import { storedIdToken, TOKENS } from "./stored-token";

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
let shared: SharedSession | undefined;
let onEnd: (session: Session) => void = () => undefined;

export const useSession = session.use;

export const useUser = (): User | null => useSession().user;

export async function signInAs(email: string, password: string): Promise<void> {
  const { authenticate } = await loadModule(() => import("./account"));
  setSession({ user: await authenticate(email, password), hasExpired: false });
  shared?.announce();
}

/** Signs the user out, in all tabs. While the server is gone, the tokens are removed but not revoked. */
export async function signOut(): Promise<void> {
  const { user } = session.get();
  setSession(GUEST);
  if (user) shared?.end(user.id);
  onEnd(GUEST);
  try {
    // Not loaded by loadModule, which may reload the page and so leave the tokens in the tab.
    const { endSession } = await import("./account");
    await endSession();
  } catch {
    removeStored(TOKENS);
  }
}

/**
 * Sends the ID token of the session with each API request, and shares the session with the other tabs.
 *
 * @param endCallback - Called with the ended session when it expires or the user signs out.
 */
export function startSession(endCallback: (session: Session) => void): void {
  onEnd = endCallback;
  shared = shareSession({
    channel: new BroadcastChannel(KEY),
    storage: sessionStorage,
    isShared: (key) => key === KEY || key.startsWith(TOKENS),
    userId: () => session.get().user?.id ?? null,
    onReceived: session.refresh,
    onEnded: () => {
      session.refresh();
      onEnd(session.get());
    },
  });
  if (session.get().user === null) shared.ask();
  const expire = () => {
    if (session.get().user === null) return;
    setSession({ user: null, hasExpired: true });
    onEnd(session.get());
  };
  authorizeWith(async () => {
    const { user } = session.get();
    if (user === null) return null;
    const stored = storedIdToken(user.id, Date.now());
    if (stored !== null) return stored;
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
