import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { isNotFound } from "../api/fault";
import { getOrder, listOrderEvents } from "../api/shop_api";
import { lookAgainIn, NOT_YET_ATTEMPTS, NOT_YET_DELAY } from "./following";

/** The order as it is, looked at again and again. */
export function useOrder(orderId: string) {
  return useQuery({
    queryKey: ["order", orderId],
    queryFn: () => getOrder(orderId),
    refetchInterval: ({ state }) => (state.status === "error" ? false : lookAgainIn(state.data, Date.now())),
    retry: (failures, error) => isNotFound(error) && failures < NOT_YET_ATTEMPTS,
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
