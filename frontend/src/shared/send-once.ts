import { ApiError, isProblem } from "../api/api-error";
import type { RequestAttempts } from "./request-attempts";

export interface Sent<Body, Result> {
  result: Result;
  /** The body that had the effect, if it is not the last one. The response to that earlier request was lost. */
  earlier?: Body;
}

/** The idempotency key belongs to a request of another tab. */
export class SentByAnotherTabError extends Error {}

interface Request<Body, Result> {
  body: Body;
  attempts: RequestAttempts;
  send: (key: string, body: Body) => Promise<Result>;
  /** The message of SentByAnotherTabError. */
  sentByAnotherTab: string;
}

/**
 * Sends a request that has its effect at most once. If the outcome of an earlier request is unknown, this request has
 * the same idempotency key, and the API accepts only one of the two.
 *
 * @throws ApiError, SentByAnotherTabError
 */
export async function sendOnce<Body, Result>(request: Request<Body, Result>): Promise<Sent<Body, Result>> {
  const { attempts, send } = request;
  const body = JSON.stringify(request.body);
  const key = attempts.recordRequest(body);
  try {
    const result = await send(key, request.body);
    attempts.end();
    return { result };
  } catch (error) {
    if (isRejection(error)) attempts.recordRejection(body);
    if (!isKeyReused(error)) throw error;
  }
  return findEarlier(key, request);
}

/** Retries each sent body under the used key. The API accepts the one that had the effect, and no other. */
async function findEarlier<Body, Result>(key: string, { attempts, send, sentByAnotherTab }: Request<Body, Result>): Promise<Sent<Body, Result>> {
  for (const body of attempts.current?.sent ?? []) {
    const earlier = JSON.parse(body) as Body;
    try {
      const result = await send(key, earlier);
      attempts.end();
      return { result, earlier };
    } catch (error) {
      if (!isKeyReused(error)) throw error;
      attempts.recordRejection(body);
    }
  }
  attempts.end();
  throw new SentByAnotherTabError(sentByAnotherTab);
}

const isKeyReused = (error: unknown): boolean => isProblem(error, "idempotency-key-reused");

/** Whether the request had no effect. After a 408, a 5xx or no response, it may have had one. */
const isRejection = (error: unknown): boolean => error instanceof ApiError && error.status >= 400 && error.status < 500 && error.status !== 408;
