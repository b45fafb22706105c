// The requests of the operations console. The API allows them for operators only.
import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { ApiError } from "../api/api-error";
import { allPages, api, responseBody, type Schemas } from "../api/client";

export type Activity = Schemas["Activity"];
export type Task = Schemas["TaskDocument"];
/** The operator's decision about a task. Named differently because "decision" is the final decision of an order. */
export type Verdict = Schemas["ResolveTask"]["decision"];
export type DeadLettersOfQueue = Schemas["DeadLettersOfQueue"];
export type NewProduct = Schemas["PutProduct"];
export type StockAdjustment = Schemas["AdjustStock"];
export type Erasure = Schemas["ErasedCustomer"] | Schemas["ErasureInProgress"];
export type Rebuild = Schemas["Rebuild"];

export const activityQuery = (hours: number) =>
  queryOptions({
    queryKey: ["activity", hours],
    queryFn: (): Promise<Activity> => responseBody(api.GET("/activity", { params: { query: { hours } } })),
    refetchInterval: 5000,
    placeholderData: keepPreviousData,
  });

export const tasksQuery = queryOptions({
  queryKey: ["tasks"],
  queryFn: (): Promise<Task[]> =>
    allPages(async (next_token) => {
      const { tasks, ...page } = await responseBody(api.GET("/tasks", { params: { query: { limit: 100, next_token } } }));
      return { items: tasks, ...page };
    }),
  refetchInterval: 3000,
});

export const resolveTask = (task_id: string, body: Schemas["ResolveTask"]): Promise<Task> =>
  responseBody(api.POST("/tasks/{task_id}/decision", { params: { path: { task_id } }, body }));

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

const ID = /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/;

/** Starts a rebuild, and returns its id. If a rebuild is already running, returns the id of that one. */
export async function startRebuild(): Promise<string> {
  try {
    return (await responseBody(api.POST("/views/rebuild"))).rebuild_id;
  } catch (error) {
    // The error response contains the id of the running rebuild.
    const [running] = error instanceof ApiError && error.status === 409 ? (ID.exec(error.message) ?? []) : [];
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
