import { infiniteQueryOptions, queryOptions, useQuery } from "@tanstack/react-query";
import { ApiError, isNotFound, retryTransient } from "../api/api-error";
import { api, responseBody, type Schemas } from "../api/client";
import { pollInterval } from "../live/polling";
import { newOrderRetryDelay, refetchDelay, refetchDelayAfter } from "./order-polling";
import { placedOrderQuery } from "./placed-order";

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

const getOrder = (order_id: string): Promise<Order> => responseBody(api.GET("/orders/{order_id}", { params: { path: { order_id } } }));

const listOrderEvents = async (order_id: string): Promise<OrderEvent[]> =>
  (await responseBody(api.GET("/orders/{order_id}/events", { params: { path: { order_id } } }))).events;

/** The customer's own orders, newest first, page by page. */
export const ordersQuery = infiniteQueryOptions({
  queryKey: ["orders"],
  queryFn: ({ pageParam }) => listOrders(pageParam),
  initialPageParam: undefined as string | undefined,
  getNextPageParam: (page) => page.next_token,
  select: ({ pages }) => pages.flatMap((page) => page.orders),
  refetchInterval: () => pollInterval(4000),
});

/**
 * The current state of the order, polled.
 *
 * @param isNew - Whether this browser has just placed the order. Its 404 is retried until the views contain the order.
 */
export const orderQuery = (orderId: string, isNew = false) => {
  const queryKey = ["order", orderId];
  return queryOptions({
    queryKey,
    // Reads the cache instead of `isNew`, because a retry calls the function of the observer that was rendered last.
    queryFn: async ({ client }) => {
      const isKnown = client.getQueryData(queryKey) !== undefined;
      const wasPlacedHere = client.getQueryData(placedOrderQuery(orderId).queryKey) !== undefined;
      if (wasPlacedHere && !isKnown && !(await isListed(orderId))) throw new ApiError(404);
      return getOrder(orderId);
    },
    refetchInterval: ({ state }) => (state.error ? refetchDelayAfter(state.error) : pollInterval(refetchDelay(state.data, Date.now()))),
    retry: (failures, error) => (isNew && isNotFound(error)) || retryTransient(failures, error),
    retryDelay: newOrderRetryDelay,
  });
};

/** Whether the views contain the order, as far as this browser knows. What the sandbox knows of an order depends on them. */
export const useIsInViews = (orderId: string): boolean => useQuery({ ...orderQuery(orderId), enabled: false }).data !== undefined;

/** The events of the order, refetched when its `version` changes. */
export const orderEventsQuery = (orderId: string, version: number) =>
  queryOptions({
    queryKey: ["events", orderId, version],
    queryFn: () => listOrderEvents(orderId),
  });

/** Whether the views contain the order. Requests the list, because the browser logs each 404 of an order as an error. */
async function isListed(orderId: string): Promise<boolean> {
  const { orders } = await listOrders();
  return orders.some(({ order_id }) => order_id === orderId);
}
