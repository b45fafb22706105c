// The tasks of operators. Separate from console-api.ts, because the frame of every page shows their number.
import { queryOptions } from "@tanstack/react-query";
import { allPages, api, responseBody, type Schemas } from "../api/client";

export type Task = Schemas["TaskDocument"];
/** The operator's decision about a task. Named differently because "decision" is the final decision of an order. */
export type Verdict = Schemas["ResolveTask"]["decision"];

export const tasksQuery = queryOptions({
  queryKey: ["tasks"],
  queryFn: (): Promise<Task[]> =>
    allPages(async (next_token) => {
      const { tasks, ...page } = await responseBody(api.GET("/tasks", { params: { query: { limit: 100, next_token } } }));
      return { items: tasks, ...page };
    }),
  refetchInterval: 3000,
});

/** The number of open tasks, polled slowly. */
export const taskCountQuery = queryOptions({ ...tasksQuery, refetchInterval: 30_000, select: (tasks: Task[]) => tasks.length });

export const resolveTask = (task_id: string, body: Schemas["ResolveTask"]): Promise<Task> =>
  responseBody(api.POST("/tasks/{task_id}/decision", { params: { path: { task_id } }, body }));
