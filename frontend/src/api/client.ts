// The HTTP client of the API. Its types are generated from the contract (`npm run contract`), so a call that the API
// does not have, or a response that is read in a wrong way, does not compile.
import createClient from "openapi-fetch";
import { ApiError, isProblem, type Problem } from "./api-error";
import type { components, paths } from "./contract";
import { repeatWhenThrottled } from "./repeat-when-throttled";

/** The shapes of requests and responses, by their names in the contract. */
export type Schemas = components["schemas"];

type TokenSource = () => Promise<string | null>;
let token: TokenSource = () => Promise.resolve(null);
let onUnauthorized: () => void = () => undefined;

/** Sets where the ID token comes from, and what happens when the API refuses it. */
export function authorizeWith(source: TokenSource, unauthorized: () => void): void {
  token = source;
  onUnauthorized = unauthorized;
}

export const api = createClient<paths>({ baseUrl: "/api", fetch: repeatWhenThrottled(send) });

api.use({
  async onRequest({ request }) {
    const bearer = await token();
    if (bearer) request.headers.set("Authorization", `Bearer ${bearer}`);
    return request;
  },
  onResponse({ response }) {
    if (response.status === 401) onUnauthorized();
  },
});

/**
 * The body of a successful response.
 *
 * @throws ApiError for an HTTP error response, and where nothing responded.
 */
export async function responseBody<Body>(call: Promise<{ data?: Body; error?: unknown; response: Response }>): Promise<Body> {
  const { data, error, response } = await call;
  if (data !== undefined) return data;
  const problem = typeof error === "object" && error !== null ? (error as Problem) : {};
  throw new ApiError(response.status, problem);
}

const MAX_STARTS = 3;

/**
 * All pages of a list. A page starts after the last entry of the page before. If that entry has left the list in the
 * meantime, as a task does when it is decided, the API refuses the `next_token`, and the list is read from its start.
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
    return await fetch(request);
  } catch (error) {
    if (request.signal.aborted) throw error;
    throw new ApiError(0);
  }
}
