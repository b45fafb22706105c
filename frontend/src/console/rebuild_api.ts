import createClient from "openapi-fetch";
import { Fault } from "../api/fault";
import { answerOf, api } from "../api/shop_api";

export interface Rebuild {
  rebuild_id: string;
  status: "RUNNING" | "SUCCEEDED" | "FAILED";
  started_at: string;
  ended_at: string | null;
  objects: { total: number; done: number; failed: number };
  events: { applied: number; unreadable: number };
  result_file?: string;
}

interface RebuildAnswer {
  content: { "application/json": Rebuild };
}

interface RebuildPaths {
  "/views/rebuild": { post: { responses: { 202: RebuildAnswer } } };
  "/views/rebuild/{rebuild_id}": {
    get: { parameters: { path: { rebuild_id: string } }; responses: { 200: RebuildAnswer } };
  };
}

const rebuilds = api as unknown as ReturnType<typeof createClient<RebuildPaths>>;
const ID = /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/;

/** Starts a rebuild; where one runs already, it is that one. Gives its id. */
export async function startRebuild(): Promise<string> {
  try {
    return (await answerOf(rebuilds.POST("/views/rebuild"))).rebuild_id;
  } catch (error) {
    const [running] = error instanceof Fault && error.status === 409 ? (ID.exec(error.message) ?? []) : [];
    if (running) return running;
    throw error;
  }
}

export const getRebuild = (rebuild_id: string): Promise<Rebuild> =>
  answerOf(rebuilds.GET("/views/rebuild/{rebuild_id}", { params: { path: { rebuild_id } } }));
