import { keepPreviousData, useQuery, useQueryClient } from "@tanstack/react-query";
import { Fault, isNotFound } from "../api/fault";
import { getOrder, listOrderEvents, listOrders, type Order } from "../api/shop-api";
import { lookAgainIn, NOT_YET_ATTEMPTS, NOT_YET_DELAY } from "./following";

/** The order as it is, looked at again and again; from the start, if it `isNew`: was placed a moment ago. */
export function useOrder(orderId: string, isNew: boolean) {
  const queries = useQueryClient();
  return useQuery({
    queryKey: ["order", orderId],
    queryFn: async () => {
      const isKnown = queries.getQueryData<Order>(["order", orderId]) !== undefined;
      if (isNew && !isKnown && !(await isListed(orderId))) throw new Fault(404);
      return getOrder(orderId);
    },
    refetchInterval: ({ state }) => (state.status === "error" ? false : lookAgainIn(state.data, Date.now())),
    retry: (failures, error) =>
      (isNew && isNotFound(error) && failures < NOT_YET_ATTEMPTS) ||
      (error instanceof Fault && error.mayPass && failures < 2),
    retryDelay: NOT_YET_DELAY,
  });
}

/** The order's events, fetched again when it has changed since. */
export function useEvents(orderId: string, version: number | undefined) {
  return useQuery({
    queryKey: ["events", orderId, version],
    queryFn: () => listOrderEvents(orderId),
    enabled: version !== undefined,
    placeholderData: keepPreviousData,
  });
}

/** The order as it stood at a moment; nothing is asked without one. */
export function useOrderAsOf(orderId: string, moment: string | null) {
  return useQuery({
    queryKey: ["order", orderId, "as of", moment],
    queryFn: () => getOrder(orderId, moment ?? undefined),
    enabled: moment !== null,
    placeholderData: keepPreviousData,
    staleTime: Infinity,
  });
}

/** Whether the views show the order yet. Asking for the order itself would be answered 404 until then. */
async function isListed(orderId: string): Promise<boolean> {
  const { orders } = await listOrders();
  return orders.some(({ order_id }) => order_id === orderId);
}
