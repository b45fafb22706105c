// The progress of the saga of an order, derived from the events of the order alone. Pure functions.

import { messages } from "../messages";
import { EventHistory, type SagaEvent } from "./event-history";
import { ATTENTION, COMPENSATIONS, FORWARD, PIVOT, REJECTION, REVIEW, type Step, STEPS } from "./saga-steps";

/**
 * - `pending`: not started, and can still run · `active`: runs next · `waiting`: waits for an operator
 * - `completed`: done · `refused`: a business refusal, such as a declined card · `failed`: failed after all retries
 * - `compensated`: completed, and then undone · `skipped`: will not run
 */
export type State = "pending" | "active" | "waiting" | "completed" | "refused" | "failed" | "compensated" | "skipped";

export interface StepProgress {
  state: State;
  /** The time of the event that led to the state (RFC 3339), if there is one. */
  at?: string;
}

/** By the name of the step in the state machine definition. */
export type Steps = Record<string, StepProgress>;

export interface Progress {
  steps: Steps;
  decision: "confirmed" | "rejected" | "cancelled" | null;
  /** Whether the order is decided and all consequences of the decision are done. */
  settled: boolean;
}

/** Derives the state of each step from the events that have arrived so far, in any order. */
export function sagaProgress(events: readonly SagaEvent[]): Progress {
  const history = new OrderHistory(events);
  const confirmed = history.latest("OrderConfirmed");
  const rejected = history.latest("OrderRejected");
  const cancelled = history.latest("OrderCancelled");
  const rejectedOrCancelled = rejected ?? cancelled;

  const steps: Steps = Object.fromEntries(STEPS.map((name) => [name, { state: "pending" }]));
  for (const step of FORWARD) {
    steps[step.name] = step.name === REVIEW ? reviewProgress(history) : forwardProgress(step, history);
    if (step.compensation)
      steps[step.compensation.name] = compensationProgress(step, history, rejectedOrCancelled !== undefined, confirmed !== undefined);
  }
  for (const [index, { name, isOptional }] of FORWARD.entries()) {
    const isPast = FORWARD.slice(index + 1).some((later) => !isPending(steps, later.name));
    if (isOptional && isPast) skipIfPending(steps, [name]);
  }
  steps[REJECTION] = rejectedOrCancelled ? completedBy(rejectedOrCancelled) : { state: confirmed ? "skipped" : "pending" };
  steps[ATTENTION] = attentionProgress(history);
  if (rejectedOrCancelled) skipIfPending(steps, namesOf(FORWARD));

  const decision = confirmed ? "confirmed" : rejected ? "rejected" : cancelled ? "cancelled" : null;
  const isWaiting = steps[ATTENTION].state === "waiting";
  const settled = decision !== null && !stepsAfter(decision).some((step) => isPending(steps, step)) && !isWaiting;
  if (!settled && !isWaiting) activateNext(steps, decision);
  return { steps, decision, settled };
}

export const stateOf = ({ steps }: { steps: Steps }, step: string): State => steps[step]?.state ?? "pending";

/** Describes the progress in one or two sentences. */
export function progressSummary(progress: Progress): string {
  const { decision, settled } = progress;
  if (stateOf(progress, ATTENTION) === "waiting") return messages.saga.needsAttention;
  if (stateOf(progress, REVIEW) === "waiting") return messages.saga.inReview;
  if (decision === null) return messages.saga.running;
  if (decision === "confirmed") return settled ? messages.saga.settled : messages.saga.confirmed;
  const undone = COMPENSATIONS.filter((step) => stateOf(progress, step) === "completed").length;
  const result = !settled ? messages.saga.undoing : undone === 0 ? messages.saga.nothingToUndo : messages.saga.undone(undone);
  return `${messages.saga[decision]} ${result}`;
}

class OrderHistory extends EventHistory {
  /** The reason code of the rejection. */
  get reason(): unknown {
    return this.latest("OrderRejected")?.data?.["reason"];
  }

  /** The steps that failed after all retries, until an operator resolves them. */
  get failedSteps(): readonly unknown[] {
    const steps = this.latest("OrderNeedsAttention")?.data?.["failed_steps"];
    return this.needsAttention && Array.isArray(steps) ? (steps as unknown[]) : [];
  }

  get needsAttention(): boolean {
    const closing = ["OrderRetryRequested", "OrderResolved", "OrderCancelled"];
    // An operator's rejection closes the task as well. The saga's own rejection does not.
    if (this.latest("OrderRejected")?.data?.["decided_by"] !== "saga") closing.push("OrderRejected");
    return this.isLater("OrderNeedsAttention", ...closing);
  }
}

export const completedBy = (event: SagaEvent): StepProgress => ({ state: "completed", at: event.time });

function forwardProgress({ name, completed, refused, unavailable, compensation }: Step, history: OrderHistory): StepProgress {
  const event = history.latest(completed);
  if (event && compensation && history.latest(compensation.completed)) return { state: "compensated", at: event.time };
  if (event) return completedBy(event);
  const refusal = refused === undefined ? undefined : history.latest(refused);
  if (refusal) return { state: "refused", at: refusal.time };
  if (history.failedSteps.includes(name)) return { state: "failed" };
  return unavailable !== undefined && history.reason === unavailable ? { state: "failed" } : { state: "pending" };
}

function compensationProgress({ completed, compensation }: Step, history: OrderHistory, isUndoing: boolean, isConfirmed: boolean): StepProgress {
  const event = compensation && history.latest(compensation.completed);
  if (event) return completedBy(event);
  if (isConfirmed) return { state: "skipped" };
  if (history.failedSteps.includes(compensation?.name)) return { state: "failed" };
  if (!isUndoing) return { state: "pending" };
  return { state: history.latest(completed) ? "pending" : "skipped" };
}

function reviewProgress(history: OrderHistory): StepProgress {
  const requested = history.latest("OrderReviewRequested");
  const approved = history.latest("OrderReviewApproved");
  if (approved) return completedBy(approved);
  if (history.failedSteps.includes(REVIEW)) return { state: "failed" };
  if (!requested) return { state: "pending" };
  const rejection = history.latest("OrderRejected") ?? history.latest("OrderCancelled");
  return rejection ? { state: "refused", at: rejection.time } : { state: "waiting", at: requested.time };
}

function attentionProgress(history: OrderHistory): StepProgress {
  const requested = history.latest("OrderNeedsAttention");
  if (!requested) return { state: "skipped" };
  return history.needsAttention ? { state: "waiting", at: requested.time } : completedBy(requested);
}

const namesOf = (steps: readonly Step[]): string[] => steps.map(({ name }) => name);

export const isPending = (steps: Steps, step: string): boolean => steps[step]?.state === "pending";

function skipIfPending(steps: Steps, names: readonly string[]): void {
  for (const name of names) if (isPending(steps, name)) steps[name] = { state: "skipped" };
}

/** The steps that run after a decision, or before it if the decision is null. */
function stepsAfter(decision: Progress["decision"]): readonly string[] {
  if (decision === "confirmed") return namesOf(FORWARD.slice(FORWARD.findIndex(({ name }) => name === PIVOT) + 1));
  return decision === null ? namesOf(FORWARD) : COMPENSATIONS;
}

/** Marks the step that runs now: the rejection after a refusal or failure, and otherwise the first pending step. */
function activateNext(steps: Steps, decision: Progress["decision"]): void {
  const hasStopped = ({ name }: Step) => steps[name]?.state === "refused" || steps[name]?.state === "failed";
  if (decision === null && FORWARD.some(hasStopped)) {
    skipIfPending(steps, namesOf(FORWARD));
    steps[REJECTION] = { state: "active" };
    return;
  }
  if (steps[REVIEW]?.state === "waiting") return;
  // Optional steps are left out, because no event announces them.
  const optional = FORWARD.filter(({ isOptional }) => isOptional).map(({ name }) => name);
  const next = stepsAfter(decision).find((step) => isPending(steps, step) && !optional.includes(step));
  if (next) steps[next] = { state: "active" };
}
