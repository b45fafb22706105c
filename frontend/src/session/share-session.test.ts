import { expect, it } from "vitest";
import { type Channel, shareSession } from "./share-session";

class MemoryStorage extends Map<string, string> {
  get length() {
    return this.size;
  }
  key = (index: number) => Array.from(this.keys())[index] ?? null;
  getItem = (key: string) => this.get(key) ?? null;
  setItem = (key: string, value: string) => void this.set(key, value);
  removeItem = (key: string) => void this.delete(key);
}

/** Opens tabs of one browser. A message reaches all other tabs. */
function browser() {
  const channels: Channel[] = [];
  return (...entries: [string, string][]) => {
    const storage = new MemoryStorage(entries);
    const calls: string[] = [];
    const channel: Channel = {
      onmessage: null,
      postMessage: (data) => channels.filter((other) => other !== channel).forEach((other) => other.onmessage?.({ data } as MessageEvent)),
    };
    channels.push(channel);
    const shared = shareSession({
      channel,
      storage: storage,
      isShared: (key) => key === "user" || key.startsWith("token."),
      userId: () => storage.getItem("user"),
      onReceived: () => calls.push("received"),
      onEnded: () => calls.push("ended"),
      tab: `tab ${channels.length}`,
    });
    return { ...shared, calls, stored: () => Object.fromEntries(storage) };
  };
}

const ADA: [string, string][] = [
  ["user", "ada"],
  ["token.id", "eyJ"],
];

it("gives the session, and nothing else, to a new tab that asks", () => {
  const open = browser();
  open(...ADA, ["basket", "{}"]);
  const guest = open();
  const asking = open();

  asking.ask();

  expect(asking.stored()).toEqual({ user: "ada", "token.id": "eyJ" });
  expect(asking.calls).toEqual(["received"]);
  expect(guest.stored()).toEqual({});
});

it("signs every guest in after a sign-in, but no other user", () => {
  const open = browser();
  const [ada, bob, guest] = [open(...ADA), open(["user", "bob"]), open()];

  ada.announce();

  expect(guest.stored()).toEqual({ user: "ada", "token.id": "eyJ" });
  expect(bob.stored()).toEqual({ user: "bob" });
});

it("ends the session of the same user in the other tabs after a sign-out", () => {
  const open = browser();
  const [first, second, bob] = [open(...ADA), open(...ADA, ["basket", "{}"]), open(["user", "bob"])];

  first.end("ada");

  expect(second.stored()).toEqual({ basket: "{}" });
  expect(second.calls).toEqual(["ended"]);
  expect(bob.stored()).toEqual({ user: "bob" });
});
