import { type Query, queryOptions } from "@tanstack/react-query";
import { api, responseBody, type Schemas } from "../api/client";

export type OrderTrace = Schemas["OrderTrace"];
export type EventObjects = Schemas["EventObjects"];
export type LogLine = Schemas["LogLine"];
/** An attempt of a saga step. Without an outcome, it failed. */
export type Attempt = Schemas["Attempt"];

// A trace reads twenty log groups, so it is refetched less often than the order: every 2 s in the first two minutes, and
// then every minute.
const REFETCH_MS = 2000;
const FAST_REFETCHES = 60;
const SLOW_REFETCH_MS = 60_000;

const refetchWhile =
  <Data>(isIncomplete: (data: Data | undefined) => boolean) =>
  ({ state }: Query<Data>): number | false =>
    isIncomplete(state.data) && (state.dataUpdateCount < FAST_REFETCHES ? REFETCH_MS : SLOW_REFETCH_MS);

/**
 * The log lines of the order, and the attempts of its steps. Refetched when the `version` of the order changes, and polled
 * while the trace, undefined before the first response, is incomplete. A deployment without sandbox providers responds 404,
 * as it does for the objects.
 */
export const orderTraceQuery = (orderId: string, version: number, isIncomplete: (trace: OrderTrace | undefined) => boolean) =>
  queryOptions({
    queryKey: ["trace", orderId, version],
    queryFn: (): Promise<OrderTrace> => responseBody(api.GET("/sandbox/orders/{order_id}/trace", { params: { path: { order_id: orderId } } })),
    placeholderData: (previous: OrderTrace | undefined) => previous,
    refetchInterval: refetchWhile(isIncomplete),
  });

/** The objects that hold the order's events. Polled while they, undefined before the first response, are incomplete. */
export const eventObjectsQuery = (orderId: string, isIncomplete: (objects: EventObjects | undefined) => boolean) =>
  queryOptions({
    queryKey: ["objects", orderId],
    queryFn: (): Promise<EventObjects> => responseBody(api.GET("/sandbox/orders/{order_id}/objects", { params: { path: { order_id: orderId } } })),
    refetchInterval: refetchWhile(isIncomplete),
  });
