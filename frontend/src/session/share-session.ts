// The tabs of a browser share one session. Each tab keeps its tokens in its own session storage, and hands them to other
// tabs of the page on request. So the session ends with the last tab: see decision 20.

/** The part of BroadcastChannel that is used. */
export interface Channel {
  postMessage: (message: Message) => void;
  onmessage: ((event: MessageEvent) => void) | null;
}

type Message =
  /** A new tab without a session asks the others for theirs. */
  | { type: "ask"; tab: string }
  /** A session for one tab, or, after a sign-in, for every tab without a session. */
  | { type: "session"; tab?: string; entries: [key: string, value: string][] }
  /** A user signed out. */
  | { type: "end"; userId: string };

interface Options {
  channel: Channel;
  storage: Storage;
  /** Whether a key of the storage belongs to the session. */
  isShared: (key: string) => boolean;
  /** The user of this tab; null for a guest. */
  userId: () => string | null;
  /** Called after this tab has received the session of another tab. */
  onReceived: () => void;
  /** Called after the user of this tab has signed out in another tab. */
  onEnded: () => void;
  /** A random name of this tab. */
  tab?: string;
}

export interface SharedSession {
  /** Asks the other tabs for their session. */
  ask: () => void;
  /** Gives the session of this tab to every tab without a session. */
  announce: () => void;
  /** Ends the sessions of the user in the other tabs. */
  end: (userId: string) => void;
}

/** Shares the session of this tab with the other tabs. A tab with a session never takes another one. */
export function shareSession({ channel, storage, isShared, userId, onReceived, onEnded, tab = crypto.randomUUID() }: Options): SharedSession {
  const keys = () => Array.from({ length: storage.length }, (_, index) => storage.key(index) ?? "").filter(isShared);
  const entries = () => keys().map((key): [string, string] => [key, storage.getItem(key) ?? ""]);
  channel.onmessage = ({ data }: MessageEvent) => {
    const message = data as Message;
    if (message.type === "ask") {
      if (userId() !== null) channel.postMessage({ type: "session", tab: message.tab, entries: entries() });
    } else if (message.type === "session") {
      // Without this check of the tab, an answer to another tab could sign a user in again who has just signed out.
      if (userId() !== null || (message.tab ?? tab) !== tab) return;
      for (const [key, value] of message.entries) if (isShared(key)) storage.setItem(key, value);
      onReceived();
    } else if (message.userId === userId()) {
      for (const key of keys()) storage.removeItem(key);
      onEnded();
    }
  };
  return {
    ask: () => channel.postMessage({ type: "ask", tab }),
    announce: () => channel.postMessage({ type: "session", entries: entries() }),
    end: (id) => channel.postMessage({ type: "end", userId: id }),
  };
}
