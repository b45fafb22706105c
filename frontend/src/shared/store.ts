import { useSyncExternalStore } from "react";

export interface Store<Value> {
  get: () => Value;
  /** A hook that returns the value, and renders the component again after each change. */
  use: () => Value;
  /** Reads the value from its source again, and notifies the subscribers. */
  refresh: () => void;
  /** Calls `listener` after each refresh. Returns a function that unsubscribes it. */
  subscribe: (listener: () => void) => () => void;
}

/**
 * Creates a store for a value that lives outside React, such as one in the browser's storage. All readers share one
 * cached copy.
 *
 * @param read - Reads the current value from its source.
 * @param listen - Registers `refresh` with the events that report a change of the source.
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
