// The requests of the operations console. The API allows them for operators only.
import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { ApiError } from "../api/api-error";
import { api, responseBody, type Schemas } from "../api/client";
import type { paths } from "../api/contract";
import { pollInterval } from "../live/polling";
import { UUID } from "../shared/uuid";

export type Activity = Schemas["Activity"];
export type DeadLettersOfQueue = Schemas["DeadLettersOfQueue"];
export type NewProduct = Schemas["PutProduct"];
export type StockAdjustment = Schemas["AdjustStock"];
export type Erasure = Schemas["ErasedCustomer"] | Schemas["ErasureInProgress"];
export type Rebuild = Schemas["Rebuild"];
export type CustomersOrder = Schemas["CustomersOrder"];
export type OrderQuery = NonNullable<paths["/operations/orders"]["get"]["parameters"]["query"]>;

export const activityQuery = (hours: number) =>
  queryOptions({
    queryKey: ["activity", hours],
    queryFn: (): Promise<Activity> => responseBody(api.GET("/activity", { params: { query: { hours } } })),
    refetchInterval: () => pollInterval(5000),
    placeholderData: keepPreviousData,
  });

/**
 * A page of the orders of all customers that match the filters, newest first. The first page is polled.
 *
 * @param token - The `next_token` of the page before; undefined for the first page.
 */
export const searchOrdersQuery = (filters: OrderQuery, token?: string) =>
  queryOptions({
    queryKey: ["orders", "all", filters, token],
    queryFn: (): Promise<Schemas["CustomersOrders"]> =>
      responseBody(api.GET("/operations/orders", { params: { query: { ...filters, limit: 20, next_token: token } } })),
    refetchInterval: token === undefined ? 5000 : false,
    placeholderData: keepPreviousData,
  });

/** The ids of the customers with an e-mail address: one, or none. */
export const findCustomers = async (email: string): Promise<string[]> =>
  (await responseBody(api.POST("/customers/search", { body: { email } }))).customer_ids;

export const deadLettersQuery = queryOptions({
  queryKey: ["dead letters"],
  queryFn: async (): Promise<DeadLettersOfQueue[]> => (await responseBody(api.GET("/dead-letters"))).queues,
  refetchInterval: 5000,
});

export const redrive = (queue: string) => responseBody(api.POST("/dead-letters/{queue}/redrive", { params: { path: { queue } } }));

export const putProduct = (sku: string, product: NewProduct) =>
  responseBody(api.PUT("/products/{sku}", { params: { path: { sku } }, body: product }));

/** Adjusts the stock of a product. Idempotent: a retry with the same key and body adjusts the stock once. */
export const adjustStock = (sku: string, key: string, adjustment: StockAdjustment) =>
  responseBody(
    api.POST("/products/{sku}/stock-adjustments", {
      params: { path: { sku }, header: { "Idempotency-Key": key } },
      body: adjustment,
    }),
  );

export const eraseCustomer = (customer_id: string): Promise<Erasure> =>
  responseBody(api.POST("/customers/{customer_id}/erasure", { params: { path: { customer_id } } }));

/** Starts a rebuild, and returns its id. If a rebuild is already running, returns the id of that one. */
export async function startRebuild(): Promise<string> {
  try {
    return (await responseBody(api.POST("/views/rebuild"))).rebuild_id;
  } catch (error) {
    // The error response contains the id of the running rebuild.
    const [running] = error instanceof ApiError && error.status === 409 ? (UUID.exec(error.message) ?? []) : [];
    if (running) return running;
    throw error;
  }
}

/** A rebuild of the views, polled while it runs. Disabled if the id is null. */
export const rebuildQuery = (rebuild_id: string | null) =>
  queryOptions({
    queryKey: ["rebuild", rebuild_id],
    queryFn: (): Promise<Rebuild> =>
      responseBody(api.GET("/views/rebuild/{rebuild_id}", { params: { path: { rebuild_id: rebuild_id ?? "" } } })),
    enabled: rebuild_id !== null,
    refetchInterval: ({ state }) => (state.data?.status === "RUNNING" ? 1000 : false),
  });
