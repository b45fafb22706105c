// The WebSocket connection of a signed-in user. It reconnects by itself, each time with a new ticket.
import { ApiError } from "../api/api-error";
import { reconnectDelay } from "./reconnect-delay";

/** A connection that ends sooner counts as a failed attempt, so that the delay before the next one grows. */
const STABLE_MS = 10_000;

export interface LiveOptions {
  /** Requests a ticket, and returns the URL with it. */
  requestUrl: () => Promise<string>;
  isOnline: () => boolean;
  /** Called with the id of an order that has changed. */
  onChangedOrder: (orderId: string) => void;
  /** Called after the connection was opened or lost. */
  onConnected: (isConnected: boolean) => void;
  openSocket?: (url: string) => WebSocket;
}

export interface LiveConnection {
  /** Replaces the connection, which may be dead after the computer slept or changed its network. */
  reconnect: () => void;
  stop: () => void;
}

/** Connects, and stays connected until `stop`. */
export function startLiveConnection(options: LiveOptions): LiveConnection {
  const { requestUrl, isOnline, onChangedOrder, onConnected, openSocket = (url: string) => new WebSocket(url) } = options;
  const versions = new Map<string, number>();
  let socket: WebSocket | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let failures = 0;
  let isConnected = false;
  /** Counts the calls of `reconnect` and `stop`. An attempt with an older number is obsolete. */
  let current = 0;

  const setConnected = (isNowConnected: boolean) => {
    if (isNowConnected === isConnected) return;
    isConnected = isNowConnected;
    onConnected(isConnected);
  };

  const connect = async () => {
    const own = current;
    // The browser reports when it is online again, and then `reconnect` is called.
    if (!isOnline()) return;
    try {
      const url = await requestUrl();
      if (own === current) open(url);
    } catch (error) {
      // A server without live updates does not get them by further requests.
      if (own === current && !(error instanceof ApiError && !error.isTransient)) retryLater();
    }
  };

  const open = (url: string) => {
    let openedAt = Infinity;
    const opened = (socket = openSocket(url));
    opened.onopen = () => {
      openedAt = Date.now();
      setConnected(true);
    };
    opened.onmessage = ({ data }) => {
      const change = JSON.parse(String(data)) as { order_id: string; version: number };
      // A retry of the server repeats messages.
      if (versions.get(change.order_id) === change.version) return;
      versions.set(change.order_id, change.version);
      onChangedOrder(change.order_id);
    };
    opened.onclose = () => {
      socket = undefined;
      if (Date.now() - openedAt >= STABLE_MS) failures = 0;
      setConnected(false);
      retryLater();
    };
  };

  const retryLater = () => {
    timer = setTimeout(() => void connect(), reconnectDelay(failures, Math.random()));
    failures += 1;
  };

  /** Forgets the connection without waiting for its end, which takes minutes on a dead network. */
  const drop = () => {
    current += 1;
    clearTimeout(timer);
    if (!socket) return;
    const dropped = socket;
    socket = undefined;
    dropped.onclose = dropped.onmessage = null;
    // The browser logs an error if a connection is closed before it is open.
    if (dropped.readyState === WebSocket.CONNECTING) dropped.onopen = () => dropped.close();
    else dropped.close();
  };

  void connect();
  return {
    reconnect: () => {
      drop();
      setConnected(false);
      failures = 0;
      void connect();
    },
    stop: drop,
  };
}
