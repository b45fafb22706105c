const FIRST_MS = 1000;
const MAX_MS = 60_000;

/**
 * Milliseconds until the next attempt to connect: exponential backoff with jitter, so that not all pages reconnect at the
 * same time after an outage.
 *
 * @param failures - The number of attempts that failed in a row.
 * @param random - A random number from 0 to 1.
 */
export function reconnectDelay(failures: number, random: number): number {
  const limit = Math.min(MAX_MS, FIRST_MS * 2 ** failures);
  return limit / 2 + (random * limit) / 2;
}
