// The HTTP client of the API. `npm run contract` generates its types from the OpenAPI document. The compiler therefore
// rejects a request that the API does not have, and a wrong use of a response.
import createClient from "openapi-fetch";
import { ApiError, isProblem, type Problem } from "./api-error";
import type { components, paths } from "./contract";
import { retryWhenThrottled } from "./retry-when-throttled";
import { createServerStatus } from "./server-status";

/** The types of requests and responses, by their names in the OpenAPI document. */
export type Schemas = components["schemas"];

export const serverStatus = createServerStatus();

type TokenSource = () => Promise<string | null>;
let getToken: TokenSource = () => Promise.resolve(null);
let onUnauthorized: () => void = () => undefined;

/**
 * Authorizes every request with an ID token.
 *
 * @param tokenSource - Returns the ID token, or null for a guest.
 * @param unauthorizedCallback - Called after a response with status 401.
 */
export function authorizeWith(tokenSource: TokenSource, unauthorizedCallback: () => void): void {
  getToken = tokenSource;
  onUnauthorized = unauthorizedCallback;
}

export const api = createClient<paths>({ baseUrl: "/api", fetch: retryWhenThrottled(send) });

api.use({
  async onRequest({ request }) {
    const token = await getToken();
    if (token) request.headers.set("Authorization", `Bearer ${token}`);
    return request;
  },
  onResponse({ response }) {
    if (response.status === 401) onUnauthorized();
  },
});

/**
 * Returns the body of a successful response.
 *
 * @throws ApiError for an HTTP error response, and if there is no response.
 */
export async function responseBody<Body>(call: Promise<{ data?: Body; error?: unknown; response: Response }>): Promise<Body> {
  const { data, error, response } = await call;
  if (data !== undefined) return data;
  const problem = typeof error === "object" && error !== null ? (error as Problem) : {};
  throw new ApiError(response.status, problem);
}

const MAX_STARTS = 3;

/**
 * Fetches all pages of a list. A `next_token` names the last item of its page. The API rejects the token if that item
 * has left the list in the meantime, such as a closed task. The list is then read from its first page again.
 */
export async function allPages<Item>(page: (nextToken?: string) => Promise<{ items: Item[]; next_token?: string }>): Promise<Item[]> {
  let all: Item[] = [];
  let next: string | undefined;
  for (let starts = 1; ; ) {
    try {
      const { items, next_token } = await page(next);
      all.push(...items);
      if (!next_token) return all;
      next = next_token;
    } catch (error) {
      if (next === undefined || !isProblem(error, "next-token") || starts === MAX_STARTS) throw error;
      starts += 1;
      all = [];
      next = undefined;
    }
  }
}

async function send(request: Request): Promise<Response> {
  try {
    const response = await fetch(request);
    serverStatus.report(response.status, request);
    return response;
  } catch (error) {
    if (request.signal.aborted) throw error;
    serverStatus.report(0, request);
    throw new ApiError(0);
  }
}
