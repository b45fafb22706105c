// Who is signed in, as the page shows it. account.ts handles the tokens themselves.
import { authorizeWith } from "../api/client";
import { loadModule } from "../shared/load-module";
import { createStore } from "../shared/store";
import type { User } from "./account";

interface Session {
  /** The user who is signed in; null for a guest. */
  user: User | null;
  /** Whether the last session ended because its tokens expired, and not because the user signed out. */
  hasExpired: boolean;
}

const KEY = "session";
const GUEST: Session = { user: null, hasExpired: false };

// Read from storage, so that the first render knows the user and nothing moves when the page loads.
const session = createStore(read);
let onEnd: () => void = () => undefined;

export const useSession = session.use;

export const useUser = (): User | null => useSession().user;

export async function signInAs(email: string, password: string): Promise<void> {
  const { authenticate } = await loadModule(() => import("./account"));
  become({ user: await authenticate(email, password), hasExpired: false });
}

export async function signOut(): Promise<void> {
  become(GUEST);
  onEnd();
  const { endSession } = await loadModule(() => import("./account"));
  await endSession();
}

/**
 * Sends the ID token of the session with each call of the API.
 *
 * @param ended - Called when the session ends, because it expired or the user signed out.
 */
export function startSession(ended: () => void): void {
  onEnd = ended;
  const expire = () => {
    if (session.get().user === null) return;
    become({ user: null, hasExpired: true });
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

function become(next: Session): void {
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
