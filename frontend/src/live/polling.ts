/** While live updates are connected, polling only finds what a lost message would have reported. */
const CONNECTED_MS = 20_000;

let isConnected = false;

/** Sets whether live updates are connected. */
export function setLive(isNowConnected: boolean): void {
  isConnected = isNowConnected;
}

/**
 * Milliseconds until the next poll of a query that live updates invalidate.
 *
 * @param ms - The interval without live updates.
 */
export const pollInterval = (ms: number): number => (isConnected ? Math.max(ms, CONNECTED_MS) : ms);
