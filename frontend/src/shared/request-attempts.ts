import { removeStored } from "./remove-stored";

const PREFIX = "attempt ";

/** Ends all attempts of this tab after a sign-out, because their bodies name a person. */
export const endAllAttempts = (): void => removeStored(PREFIX);

/**
 * One intent of a customer, such as a purchase. All its requests have the same idempotency key, so at most one of them
 * has an effect. The key is kept while the outcome of a request is unknown.
 */
export interface RequestAttempt {
  key: string;
  /** The request bodies that the API may have received, and has neither confirmed nor rejected. */
  sent: string[];
}

/** The attempt of this tab to send one kind of request. It is kept after a reload. */
export class RequestAttempts {
  private readonly key: string;

  /**
   * @param name - The name of the attempt, such as `checkout` and the customer.
   * @param storage - Stores the attempt.
   * @param newKey - Creates an idempotency key.
   */
  constructor(
    name: string,
    private readonly storage: Storage = sessionStorage,
    private readonly newKey: () => string = () => crypto.randomUUID(),
  ) {
    this.key = PREFIX + name;
  }

  /** The current attempt; null if the outcome of every request is known. */
  get current(): RequestAttempt | null {
    return parse(this.storage.getItem(this.key));
  }

  /** Records that `body` is about to be sent. Returns the idempotency key. */
  recordRequest(body: string): string {
    const { key, sent } = this.current ?? { key: this.newKey(), sent: [] };
    this.save({ key, sent: [...sent.filter((other) => other !== body), body] });
    return key;
  }

  /** Records that the API has rejected `body`. Earlier requests may still have had an effect. */
  recordRejection(body: string): void {
    const attempt = this.current;
    if (attempt) this.save({ ...attempt, sent: attempt.sent.filter((other) => other !== body) });
  }

  /** Ends the attempt. The next request has an effect of its own, even with the same body. */
  end(): void {
    this.storage.removeItem(this.key);
  }

  private save(attempt: RequestAttempt): void {
    if (attempt.sent.length === 0) this.end();
    else this.storage.setItem(this.key, JSON.stringify(attempt));
  }
}

function parse(text: string | null): RequestAttempt | null {
  try {
    const content = JSON.parse(text ?? "null") as Partial<RequestAttempt> | null;
    return typeof content?.key === "string" && Array.isArray(content.sent) ? { key: content.key, sent: content.sent } : null;
  } catch {
    return null;
  }
}
