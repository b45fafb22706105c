/** One try to place an order. Its key makes all requests of this try one order, whatever is sent twice. */
export interface Attempt {
  key: string;
  /** The request's body, word for word. */
  body: string;
}

const PLACE = "checkout-attempt";

/**
 * The attempt for this body: the one under way, also after a reload, as long as nothing was changed; else a new one.
 * The API refuses another body under the same key.
 */
export function attemptFor(body: string, storage: Storage = sessionStorage, newKey = () => crypto.randomUUID()): Attempt {
  const underWay = parse(storage.getItem(PLACE));
  if (underWay?.body === body) return underWay;
  const attempt = { key: newKey(), body };
  storage.setItem(PLACE, JSON.stringify(attempt));
  return attempt;
}

/** The order is placed: the next one, even of the same things, is another order. */
export function endAttempt(storage: Storage = sessionStorage): void {
  storage.removeItem(PLACE);
}

function parse(text: string | null): Attempt | null {
  try {
    return text === null ? null : (JSON.parse(text) as Attempt);
  } catch {
    return null;
  }
}
