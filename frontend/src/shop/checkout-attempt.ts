/**
 * What the customer means to buy. Its key makes all requests for it one order, whatever is lost, changed or sent twice.
 * The key stays until the shop has said which order it was.
 */
export interface Attempt {
  key: string;
  /** The bodies that were sent, word for word, and may have arrived: nobody has said so yet, or otherwise. */
  sent: string[];
}

const PLACE = "checkout-attempt";

/** The attempts of this tab. They survive a reload. */
export class Attempts {
  constructor(
    private readonly storage: Storage = sessionStorage,
    private readonly newKey: () => string = () => crypto.randomUUID(),
  ) {}

  /** The attempt under way; null where the outcome of all that was sent is known. */
  get underWay(): Attempt | null {
    return parse(this.storage.getItem(PLACE));
  }

  /** Notes that `body` is about to be sent, and says under which key. */
  sending(body: string): string {
    const { key, sent } = this.underWay ?? { key: this.newKey(), sent: [] };
    this.keep({ key, sent: [...sent.filter((other) => other !== body), body] });
    return key;
  }

  /** The shop has refused `body`, so there is no order of it. What else was sent may still be one. */
  refused(body: string): void {
    const attempt = this.underWay;
    if (attempt) this.keep({ ...attempt, sent: attempt.sent.filter((other) => other !== body) });
  }

  /** The order is placed: the next one, even of the same things, is another order. */
  end(): void {
    this.storage.removeItem(PLACE);
  }

  private keep(attempt: Attempt): void {
    if (attempt.sent.length === 0) this.end();
    else this.storage.setItem(PLACE, JSON.stringify(attempt));
  }
}

function parse(text: string | null): Attempt | null {
  try {
    const read = JSON.parse(text ?? "null") as Partial<Attempt> | null;
    return typeof read?.key === "string" && Array.isArray(read.sent) ? { key: read.key, sent: read.sent } : null;
  } catch {
    return null;
  }
}
