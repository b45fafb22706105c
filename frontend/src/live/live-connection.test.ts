import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { ApiError } from "../api/api-error";
import { type LiveConnection, startLiveConnection } from "./live-connection";

const CONNECTING = 0;
const OPEN = 1;

class FakeSocket {
  readyState = CONNECTING;
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: string }) => void) | null = null;
  onclose: (() => void) | null = null;
  close = vi.fn();

  accept() {
    this.readyState = OPEN;
    this.onopen?.();
  }

  send(order_id: string, version: number) {
    this.onmessage?.({ data: JSON.stringify({ order_id, version }) });
  }

  end() {
    this.onclose?.();
    this.onclose = null;
  }
}

let sockets: FakeSocket[];
let urls: string[];
let events: (string | boolean)[];
let isOnline: boolean;
let connection: LiveConnection;
let requestUrl: () => Promise<string>;

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal("WebSocket", { CONNECTING });
  [sockets, urls, events, isOnline] = [[], [], [], true];
  let tickets = 0;
  requestUrl = () => Promise.resolve(`ws://server?ticket=${(tickets += 1)}`);
});

afterEach(() => {
  connection.stop();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

async function start(): Promise<void> {
  connection = startLiveConnection({
    requestUrl: () => requestUrl(),
    isOnline: () => isOnline,
    onChangedOrder: (orderId) => events.push(orderId),
    onConnected: (isConnected) => events.push(isConnected),
    openSocket: (url) => {
      urls.push(url);
      sockets.push(new FakeSocket());
      return sockets.at(-1) as unknown as WebSocket;
    },
  });
  await vi.advanceTimersByTimeAsync(0);
}

it("reports changed orders, each version once", async () => {
  await start();
  sockets[0]?.accept();

  sockets[0]?.send("a", 1);
  sockets[0]?.send("a", 1);
  sockets[0]?.send("a", 2);
  sockets[0]?.send("b", 1);

  expect(events).toEqual([true, "a", "a", "b"]);
});

it("reconnects with a new ticket after the connection ends", async () => {
  await start();
  sockets[0]?.accept();
  await vi.advanceTimersByTimeAsync(3_600_000);

  sockets[0]?.end();
  await vi.advanceTimersByTimeAsync(1000);
  sockets[1]?.accept();

  expect(events).toEqual([true, false, true]);
  expect(urls).toEqual(["ws://server?ticket=1", "ws://server?ticket=2"]);
});

it("waits longer after each failure", async () => {
  await start();
  const attempts = [];
  for (let minute = 0; minute < 3; minute += 1) {
    const before = sockets.length;
    for (let second = 0; second < 60; second += 1) {
      sockets.at(-1)?.end();
      await vi.advanceTimersByTimeAsync(1000);
    }
    attempts.push(sockets.length - before);
  }

  expect(attempts[0]).toBeGreaterThan(attempts[2] ?? Infinity);
  expect(events).toEqual([]);
});

it("retries after a transient error of the ticket, and not if the server has no live updates", async () => {
  requestUrl = vi.fn().mockRejectedValueOnce(new ApiError(503)).mockRejectedValueOnce(new ApiError(404));
  await start();

  await vi.advanceTimersByTimeAsync(3_600_000);

  expect(requestUrl).toHaveBeenCalledTimes(2);
  expect(events).toEqual([]);
});

it("does nothing while the browser is offline", async () => {
  isOnline = false;
  await start();
  await vi.advanceTimersByTimeAsync(3_600_000);
  expect(urls).toEqual([]);

  isOnline = true;
  connection.reconnect();
  await vi.advanceTimersByTimeAsync(0);
  expect(urls).toHaveLength(1);
});

it("replaces a connection that may be dead, without waiting for its end", async () => {
  await start();
  sockets[0]?.accept();

  connection.reconnect();
  await vi.advanceTimersByTimeAsync(0);
  sockets[1]?.accept();
  sockets[0]?.send("a", 1);
  sockets[0]?.end();

  expect(sockets[0]?.close).toHaveBeenCalledOnce();
  expect(events).toEqual([true, false, true]);
});

it("closes the connection when it stops, also one that is not open yet", async () => {
  await start();
  connection.stop();
  expect(sockets[0]?.close).not.toHaveBeenCalled();
  sockets[0]?.accept();
  expect(sockets[0]?.close).toHaveBeenCalledOnce();

  await vi.advanceTimersByTimeAsync(3_600_000);
  expect(urls).toHaveLength(1);
  expect(events).toEqual([]);
});
