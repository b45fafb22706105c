// The progress of the saga that refunds a return, derived from the events of the return alone. Pure functions.

import { EventHistory, type SagaEvent } from "../orders/event-history";
import { completedBy, isPending, stateOf, type StepProgress, type Steps } from "../orders/saga-progress";
import { RETURN_ATTENTION, type Step } from "../orders/saga-steps";
import { REFUND_STEPS, RESTOCK } from "./refund-steps";
import { refundMessages } from "./return-messages";

export interface RefundProgress {
  steps: Steps;
  /** When the operator accepted the return, which starts the saga (RFC 3339). */
  acceptedAt: string;
  /** Whether all steps are done. */
  settled: boolean;
}

/** Derives the state of each step from the events of an order, in any order. Null if the return is not accepted. */
export function refundProgress(events: readonly SagaEvent[], returnId: string): RefundProgress | null {
  const history = new EventHistory(events.filter(({ data }) => data?.["return_id"] === returnId));
  const accepted = history.latest("ReturnAccepted");
  if (!accepted) return null;

  const isRestocked = accepted.data?.["restock"] === true;
  const steps: Steps = {};
  for (const [index, step] of REFUND_STEPS.entries()) {
    const isPast = REFUND_STEPS.slice(index + 1).some(({ completed }) => history.latest(completed));
    const isNeeded = step.name === RESTOCK ? isRestocked : !step.isOptional;
    steps[step.name] = stepProgress(step, history, isPast && isNeeded);
    const willNotRun = isPast || (step.name === RESTOCK && !isRestocked);
    if (willNotRun && isPending(steps, step.name)) steps[step.name] = { state: "skipped" };
  }
  steps[RETURN_ATTENTION] = attentionProgress(history);
  // No event announces an optional step, except that the acceptance asks for the restocking.
  const next = REFUND_STEPS.find(({ name, isOptional }) => isPending(steps, name) && (!isOptional || name === RESTOCK));
  const isWaiting = steps[RETURN_ATTENTION].state === "waiting";
  if (next && !isWaiting) steps[next.name] = { state: "active" };
  return { steps, acceptedAt: accepted.time, settled: history.latest("ReturnCompleted") !== undefined };
}

/** Describes the progress in one or two sentences. */
export function refundSummary(progress: RefundProgress): string {
  if (stateOf(progress, RETURN_ATTENTION) === "waiting") return refundMessages.needsAttention;
  return progress.settled ? refundMessages.settled : refundMessages.running;
}

/** The events of different services arrive in any order. A step is completed if a later step has run. */
function stepProgress({ name, completed }: Step, history: EventHistory, isPast: boolean): StepProgress {
  const event = history.latest(completed);
  if (event) return completedBy(event);
  const failed = history.latest("ReturnNeedsAttention")?.data?.["failed_steps"];
  if (needsAttention(history) && Array.isArray(failed) && failed.includes(name)) return { state: "failed" };
  return { state: isPast ? "completed" : "pending" };
}

function attentionProgress(history: EventHistory): StepProgress {
  const requested = history.latest("ReturnNeedsAttention");
  if (!requested) return { state: "skipped" };
  return needsAttention(history) ? { state: "waiting", at: requested.time } : completedBy(requested);
}

const needsAttention = (history: EventHistory): boolean => history.isLater("ReturnNeedsAttention", "ReturnResolved", "ReturnCompleted");
