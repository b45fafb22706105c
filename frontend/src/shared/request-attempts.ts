/**
 * One purchase of a customer. All its requests have the same idempotency key, so they create at most one order. The key
 * is kept while the outcome of a request is unknown.
 */
export interface CheckoutAttempt {
  key: string;
  /** The request bodies that the API may have received, and has neither confirmed nor rejected. */
  sent: string[];
}

const KEY = "checkout-attempt";

/** The checkout attempt of this tab. It is kept after a reload. */
export class CheckoutAttempts {
  constructor(
    private readonly storage: Storage = sessionStorage,
    private readonly newKey: () => string = () => crypto.randomUUID(),
  ) {}

  /** The current attempt; null if the outcome of every request is known. */
  get current(): CheckoutAttempt | null {
    return parse(this.storage.getItem(KEY));
  }

  /** Records that `body` is about to be sent. Returns the idempotency key. */
  recordRequest(body: string): string {
    const { key, sent } = this.current ?? { key: this.newKey(), sent: [] };
    this.save({ key, sent: [...sent.filter((other) => other !== body), body] });
    return key;
  }

  /** Records that the API has rejected `body`. Earlier requests may still have created an order. */
  recordRejection(body: string): void {
    const attempt = this.current;
    if (attempt) this.save({ ...attempt, sent: attempt.sent.filter((other) => other !== body) });
  }

  /** Ends the attempt. The next request creates another order, even with the same body. */
  end(): void {
    this.storage.removeItem(KEY);
  }

  private save(attempt: CheckoutAttempt): void {
    if (attempt.sent.length === 0) this.end();
    else this.storage.setItem(KEY, JSON.stringify(attempt));
  }
}

function parse(text: string | null): CheckoutAttempt | null {
  try {
    const content = JSON.parse(text ?? "null") as Partial<CheckoutAttempt> | null;
    return typeof content?.key === "string" && Array.isArray(content.sent) ? { key: content.key, sent: content.sent } : null;
  } catch {
    return null;
  }
}
