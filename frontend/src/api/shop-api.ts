// The calls of the API. Their types are made from its contract (`npm run contract`), so a call that the API does not
// have, or an answer read in another way than it is given, is a compile error.
import createClient from "openapi-fetch";
import type { components, paths } from "./contract";
import { Fault, isProblem, type Problem } from "./fault";
import { repeatWhenThrottled } from "./repeat-when-throttled";

type Schemas = components["schemas"];
export type Product = Schemas["ProductDocument"];
export type NewOrder = Schemas["PlaceOrder"];
export type OrderSummary = Schemas["OrderSummary"];
export type Order = Schemas["OrderDocument"];
export type OrderEvent = Schemas["CloudEvent"];

type TokenSource = () => Promise<string | null>;
let token: TokenSource = () => Promise.resolve(null);
let onExpired: () => void = () => undefined;

/** Says where the ID token comes from, and what happens when the API takes it no more. */
export function takeTokensFrom(source: TokenSource, expired: () => void): void {
  token = source;
  onExpired = expired;
}

export const api = createClient<paths>({ baseUrl: "/api", fetch: repeatWhenThrottled(reach) });

api.use({
  async onRequest({ request }) {
    const bearer = await token();
    if (bearer) request.headers.set("Authorization", `Bearer ${bearer}`);
    return request;
  },
  onResponse({ response }) {
    if (response.status === 401) onExpired();
  },
});

/**
 * The good answer of a call.
 * @throws Fault for any other.
 */
export async function answerOf<Answer>(call: Promise<{ data?: Answer; error?: unknown; response: Response }>): Promise<Answer> {
  const { data, error, response } = await call;
  if (data !== undefined) return data;
  const problem = typeof error === "object" && error !== null ? (error as Problem) : {};
  throw new Fault(response.status, problem);
}

const MOST_STARTS = 3;

/**
 * All pages of a list, as one. A page starts after the last entry of the page before; where that has left the list
 * meanwhile, as a task does that is decided, the list is read from its start.
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
      if (next === undefined || !isProblem(error, "next-token") || starts === MOST_STARTS) throw error;
      starts += 1;
      all = [];
      next = undefined;
    }
  }
}

export const listProducts = (): Promise<Product[]> =>
  allPages(async (next_token) => {
    const { products, ...page } = await answerOf(api.GET("/products", { params: { query: { limit: 100, next_token } } }));
    return { items: products, ...page };
  });

/** Sending the same order under the same key again gives the same answer, and makes no second order. */
export const placeOrder = (key: string, order: NewOrder) =>
  answerOf(api.POST("/orders", { params: { header: { "Idempotency-Key": key } }, body: order }));

export const listOrders = (next_token?: string) =>
  answerOf(api.GET("/orders", { params: { query: { limit: 20, next_token } } }));

/** The order as it is, or as it stood at `as_of` (RFC 3339). */
export const getOrder = (order_id: string, as_of?: string): Promise<Order> =>
  answerOf(api.GET("/orders/{order_id}", { params: { path: { order_id }, query: { as_of } } }));

export const listOrderEvents = async (order_id: string): Promise<OrderEvent[]> =>
  (await answerOf(api.GET("/orders/{order_id}/events", { params: { path: { order_id } } }))).events;

export const cancelOrder = (order_id: string) =>
  answerOf(api.POST("/orders/{order_id}/cancellation", { params: { path: { order_id } } }));

async function reach(request: Request): Promise<Response> {
  try {
    return await fetch(request);
  } catch (error) {
    if (request.signal.aborted) throw error;
    throw new Fault(0);
  }
}
