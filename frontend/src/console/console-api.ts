// The calls of the API that only operators may make.
import { allPages, answerOf, api } from "../api/shop-api";
import type { components } from "../api/contract";

type Schemas = components["schemas"];
export type Activity = Schemas["Activity"];
export type Task = Schemas["TaskDocument"];
export type Decision = Schemas["DecideTask"]["decision"];
export type DeadLettersOfQueue = Schemas["DeadLettersOfQueue"];
export type NewProduct = Schemas["PutProduct"];
export type StockAdjustment = Schemas["AdjustStock"];
export type Erasure = Schemas["ErasedCustomer"] | Schemas["ErasureUnderWay"];

export const getActivity = (hours: number): Promise<Activity> => answerOf(api.GET("/activity", { params: { query: { hours } } }));

export const listTasks = (): Promise<Task[]> =>
  allPages(async (next_token) => {
    const { tasks, ...page } = await answerOf(api.GET("/tasks", { params: { query: { limit: 100, next_token } } }));
    return { items: tasks, ...page };
  });

export const decideTask = (task_id: string, decision: Decision, comment: string): Promise<Task> =>
  answerOf(
    api.POST("/tasks/{task_id}/decision", {
      params: { path: { task_id } },
      body: comment ? { decision, comment } : { decision },
    }),
  );

export const listDeadLetters = async (): Promise<DeadLettersOfQueue[]> => (await answerOf(api.GET("/dead-letters"))).queues;

export const redrive = (queue: string) => answerOf(api.POST("/dead-letters/{queue}/redrive", { params: { path: { queue } } }));

export const putProduct = (sku: string, product: NewProduct) =>
  answerOf(api.PUT("/products/{sku}", { params: { path: { sku } }, body: product }));

/** Sending the same adjustment under the same key again gives the same answer, and changes the stock once. */
export const adjustStock = (sku: string, key: string, adjustment: StockAdjustment) =>
  answerOf(
    api.POST("/products/{sku}/stock-adjustments", {
      params: { path: { sku }, header: { "Idempotency-Key": key } },
      body: adjustment,
    }),
  );

export const eraseCustomer = (customer_id: string): Promise<Erasure> =>
  answerOf(api.POST("/customers/{customer_id}/erasure", { params: { path: { customer_id } } }));
