import type { components } from "../api/contract";
import { Fault } from "../api/fault";
import { answerOf, api } from "../api/shop-api";

export type Rebuild = components["schemas"]["Rebuild"];

const ID = /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/;

/** Starts a rebuild; where one runs already, it is that one. Gives its id. */
export async function startRebuild(): Promise<string> {
  try {
    return (await answerOf(api.POST("/views/rebuild"))).rebuild_id;
  } catch (error) {
    // The refusal names the one that runs.
    const [running] = error instanceof Fault && error.status === 409 ? (ID.exec(error.message) ?? []) : [];
    if (running) return running;
    throw error;
  }
}

export const getRebuild = (rebuild_id: string): Promise<Rebuild> =>
  answerOf(api.GET("/views/rebuild/{rebuild_id}", { params: { path: { rebuild_id } } }));
