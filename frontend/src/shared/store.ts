import { useSyncExternalStore } from "react";

export interface Store<Value> {
  get: () => Value;
  /** The value, for a component: React renders it again when the value changes. */
  use: () => Value;
  /** Reads the value again, after a change of what it is read from. */
  refresh: () => void;
  /** Calls `listener` after each change. Returns a function that ends that. */
  subscribe: (listener: () => void) => () => void;
}

/**
 * A value that lives outside React, such as one in the browser's storage. Everything that reads it shares one copy.
 *
 * @param read - Returns the current value.
 * @param listen - Calls its argument whenever the value may have changed without `refresh`.
 */
export function createStore<Value>(read: () => Value, listen?: (refresh: () => void) => void): Store<Value> {
  const listeners = new Set<() => void>();
  let value = read();
  const get = () => value;
  const subscribe = (listener: () => void) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  };
  const refresh = () => {
    value = read();
    for (const notify of listeners) notify();
  };
  listen?.(refresh);
  return { get, refresh, subscribe, use: () => useSyncExternalStore(subscribe, get) };
}
