import { infiniteQueryOptions, keepPreviousData, queryOptions } from "@tanstack/react-query";
import { ApiError, isNotFound, retryTransient } from "../api/api-error";
import { api, responseBody, type Schemas } from "../api/client";
import { NEW_ORDER_RETRIES, NEW_ORDER_RETRY_MS, refetchDelay, refetchDelayAfter } from "./order-polling";

export type NewOrder = Schemas["PlaceOrder"];
export type OrderSummary = Schemas["OrderSummary"];
export type Order = Schemas["OrderDocument"];
export type OrderEvent = Schemas["CloudEvent"];

/** Places an order. Idempotent: a retry with the same key and body returns the same order. */
export const placeOrder = (key: string, order: NewOrder) =>
  responseBody(api.POST("/orders", { params: { header: { "Idempotency-Key": key } }, body: order }));

export const cancelOrder = (order_id: string) =>
  responseBody(api.POST("/orders/{order_id}/cancellation", { params: { path: { order_id } } }));

const listOrders = (next_token?: string) =>
  responseBody(api.GET("/orders", { params: { query: { limit: 20, next_token } } }));

const getOrder = (order_id: string, as_of?: string): Promise<Order> =>
  responseBody(api.GET("/orders/{order_id}", { params: { path: { order_id }, query: { as_of } } }));

const listOrderEvents = async (order_id: string): Promise<OrderEvent[]> =>
  (await responseBody(api.GET("/orders/{order_id}/events", { params: { path: { order_id } } }))).events;

/** The customer's own orders, newest first, page by page. */
export const ordersQuery = infiniteQueryOptions({
  queryKey: ["orders"],
  queryFn: ({ pageParam }) => listOrders(pageParam),
  initialPageParam: undefined as string | undefined,
  getNextPageParam: (page) => page.next_token,
  select: ({ pages }) => pages.flatMap((page) => page.orders),
  refetchInterval: 4000,
});

/**
 * The current state of the order, polled.
 *
 * @param isNew - Whether the order was just placed. Its 404 is retried until the views contain the order.
 */
export const orderQuery = (orderId: string, isNew = false) => {
  const queryKey = ["order", orderId];
  return queryOptions({
    queryKey,
    queryFn: async ({ client }) => {
      const isKnown = client.getQueryData<Order>(queryKey) !== undefined;
      if (isNew && !isKnown && !(await isListed(orderId))) throw new ApiError(404);
      return getOrder(orderId);
    },
    refetchInterval: ({ state }) => (state.error ? refetchDelayAfter(state.error) : refetchDelay(state.data, Date.now())),
    retry: (failures, error) =>
      (isNew && isNotFound(error) && failures < NEW_ORDER_RETRIES) ||
      retryTransient(failures, error),
    retryDelay: NEW_ORDER_RETRY_MS,
  });
};

/** The events of the order, refetched when its `version` changes. */
export const orderEventsQuery = (orderId: string, version: number) =>
  queryOptions({
    queryKey: ["events", orderId, version],
    queryFn: () => listOrderEvents(orderId),
    placeholderData: keepPreviousData,
  });

/** The order at an earlier time (RFC 3339). Disabled if the time is null. */
export const orderAsOfQuery = (orderId: string, time: string | null) =>
  queryOptions({
    queryKey: ["order", orderId, "as of", time],
    queryFn: () => getOrder(orderId, time ?? undefined),
    enabled: time !== null,
    placeholderData: keepPreviousData,
    staleTime: Infinity,
  });

/** Whether the views contain the order. Requests the list, because the browser logs each 404 of an order as an error. */
async function isListed(orderId: string): Promise<boolean> {
  const { orders } = await listOrders();
  return orders.some(({ order_id }) => order_id === orderId);
}
