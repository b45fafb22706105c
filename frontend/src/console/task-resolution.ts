import type { Schemas } from "../api/client";
import { shortOrderNumber } from "../shared/format";
import { consoleMessages } from "./console-messages";
import type { Task, Verdict } from "./tasks-api";

type Texts = Partial<Record<Verdict, string>>;

/** What an operator enters about a task. */
export interface ResolutionText {
  comment: string;
  /** Whether the items of an approved return go back in stock. */
  restock: boolean;
}

/** The verdicts that an operator can select. The type of `decisions` also contains `timeout`. */
export const verdictsOf = ({ decisions = [] }: Task): Verdict[] =>
  decisions.filter((verdict): verdict is Verdict => verdict in consoleMessages.tasks.verdicts);

/** What a verdict does to the order, or to the return or the lost parcel that the task is about. */
export function effectOf(verdict: Verdict, task: Task): string {
  return effectsOf(task)[verdict] ?? "";
}

function effectsOf({ kind, return_id }: Task): Texts {
  if (kind === "lost_shipment") return consoleMessages.tasks.lostShipmentEffects;
  return return_id === undefined ? consoleMessages.tasks.effects : consoleMessages.tasks.returnEffects;
}

/** Says what the operator decided: "You approved the review of order 1A2B3C4D." */
export const decisionNotice = (verdict: Verdict, { kind, order_id }: Task): string =>
  consoleMessages.tasks.notice(consoleMessages.tasks.decidedVerbs[verdict], consoleMessages.tasks.subjects[kind], shortOrderNumber(order_id));

/** The error message if the verdict needs a comment that is missing. A refused customer reads the comment. */
export function commentError(verdict: Verdict, task: Task, { comment }: ResolutionText): string | undefined {
  if (comment.trim()) return undefined;
  if (verdict === "resolve") return consoleMessages.tasks.commentMissing;
  return verdict === "reject" && task.kind === "return" ? consoleMessages.tasks.refusalMissing : undefined;
}

/** Converts the verdict to the request of the API. Only the approval of a return says whether its items are restocked. */
export const resolution = (verdict: Verdict, task: Task, { comment, restock }: ResolutionText): Schemas["ResolveTask"] => ({
  decision: verdict,
  ...(comment.trim() && { comment: comment.trim() }),
  ...(verdict === "approve" && task.kind === "return" && { restock }),
});
