import { messages } from "../messages";

/** A problem document (RFC 9457). Every member is optional, because an error response of a proxy can have another body. */
export interface Problem {
  type?: string;
  title?: string;
  detail?: string;
  /** The current total in minor units of `currency`. Only in the response to an outdated `expected_total`. */
  total?: number;
  currency?: string;
  errors?: { pointer: string; detail: string }[];
}

/** An HTTP error response (RFC 9457), or a request without a response. The message is for the user. */
export class ApiError extends Error {
  constructor(
    /** The HTTP status; 0 if there was no response. */
    readonly status: number,
    readonly problem: Problem = {},
    options?: ErrorOptions,
  ) {
    super(messageFor(status, problem), options);
    this.name = "ApiError";
  }

  /** Whether a retry of the same request can succeed. */
  get isTransient(): boolean {
    return this.status === 0 || this.status === 429 || this.status >= 500;
  }
}

/** The errors of the members below a JSON pointer such as `/shipping_address`, by member name. */
export function errorsBelow(error: unknown, pointer: string): Record<string, string> {
  const errors = error instanceof ApiError ? (error.problem.errors ?? []) : [];
  const below = errors.filter((each) => each.pointer.startsWith(`${pointer}/`));
  return Object.fromEntries(below.map((each) => [each.pointer.slice(pointer.length + 1), each.detail]));
}

const KINDS = "urn:serverless-orders:problem:";

/** Whether an error response is a problem of this kind, such as `total-changed`. */
export function isProblem(error: unknown, kind: string): error is ApiError {
  return error instanceof ApiError && error.problem.type === KINDS + kind;
}

export function isNotFound(error: unknown): boolean {
  return error instanceof ApiError && error.status === 404;
}

/** Retries a query twice if a retry can succeed. For TanStack Query's `retry` option. */
export const retryTransient = (failures: number, error: Error): boolean => error instanceof ApiError && error.isTransient && failures < 2;

/** The message of any error, for the user. */
export function errorMessage(error: unknown): string {
  return error instanceof Error ? error.message : messages.errors.unexpected;
}

function messageFor(status: number, problem: Problem): string {
  if (status === 0) return messages.errors.unreachable;
  if (status === 401) return messages.errors.sessionExpired;
  if (status === 429) return messages.errors.throttled;
  const fields = (problem.errors ?? []).map(({ pointer, detail }) => messages.errors.invalidField(fieldName(pointer), detail));
  if (fields.length > 0) return messages.errors.invalidFields(fields);
  if (problem.detail) return problem.detail;
  return status >= 500 ? messages.errors.unavailable : messages.errors.unexpectedStatus(status);
}

/** Converts a JSON pointer to a readable name: `/items/0/quantity` to `quantity of item 1`. */
function fieldName(pointer: string): string {
  const [, list, index, member] = /^\/(\w+?)s\/(\d+)(?:\/(\w+))?$/.exec(pointer) ?? [];
  if (list && index) return messages.errors.fieldOfItem(member ?? list, list, Number(index) + 1);
  return pointer.split("/").at(-1)?.replaceAll("_", " ") || messages.errors.request;
}
