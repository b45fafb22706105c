/** A problem document (RFC 9457), as far as one came. */
export interface Problem {
  type?: string;
  title?: string;
  detail?: string;
  /** What an order costs now, in minor units of `currency`, where it is refused because a price has changed. */
  total?: number;
  currency?: string;
  errors?: { pointer: string; detail: string }[];
}

/** The API, or the way to it, did not give the answer that was hoped for. The message is for the person. */
export class Fault extends Error {
  constructor(
    /** The HTTP status; 0 where nothing answered. */
    readonly status: number,
    readonly problem: Problem = {},
  ) {
    super(inWords(status, problem));
    this.name = "Fault";
  }

  /** Whether the same request may work a moment later. */
  get mayPass(): boolean {
    return this.status === 0 || this.status === 429 || this.status >= 500;
  }
}

/** What an answer says of the members below a JSON pointer such as `/shipping_address`, by their names. */
export function faultsBelow(error: unknown, pointer: string): Record<string, string> {
  const errors = error instanceof Fault ? (error.problem.errors ?? []) : [];
  const below = errors.filter((each) => each.pointer.startsWith(`${pointer}/`));
  return Object.fromEntries(below.map((each) => [each.pointer.slice(pointer.length + 1), each.detail]));
}

const KINDS = "urn:serverless-orders:problem:";

/** Whether an answer is a problem of this kind, such as `total-changed`. */
export function isProblem(error: unknown, kind: string): error is Fault {
  return error instanceof Fault && error.problem.type === KINDS + kind;
}

export function isNotFound(error: unknown): boolean {
  return error instanceof Fault && error.status === 404;
}

/** What an error of any kind says to a person. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : "Something went wrong.";
}

function inWords(status: number, problem: Problem): string {
  if (status === 0) return "The shop cannot be reached. Are you offline?";
  if (status === 401) return "Your session has ended. Sign in again to go on.";
  if (status === 429) return "Too many requests at once. Wait a moment.";
  const members = (problem.errors ?? []).map(({ pointer, detail }) => `${memberInWords(pointer)}: ${detail}`);
  if (members.length > 0) return `That was not accepted. ${members.join("; ")}.`;
  if (problem.detail) return problem.detail;
  return status >= 500
    ? "The shop does not answer properly right now. Try again in a moment."
    : `The shop answered with status ${status}.`;
}

/** `/items/0/quantity` becomes `quantity of item 1`. */
function memberInWords(pointer: string): string {
  const [, list, index, member] = /^\/(\w+?)s\/(\d+)(?:\/(\w+))?$/.exec(pointer) ?? [];
  if (list && index) return `${member ?? list} of ${list} ${Number(index) + 1}`;
  return pointer.split("/").at(-1)?.replaceAll("_", " ") || "request";
}
