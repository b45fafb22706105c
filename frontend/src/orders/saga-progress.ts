// The progress of the saga of an order, derived from the events of the order alone. Pure functions.

import { messages } from "../messages";
import { EventHistory, type SagaEvent } from "./event-history";
import type { Attempt } from "../under-the-hood/trace-api";
import { type AttemptCount, attemptCount } from "./saga-attempts";
import { ATTENTION, AUTHORIZATION, AWAIT_PAYMENT, COMPENSATIONS, FORWARD, PIVOT, REJECTION, REVIEW, type Step, STEPS } from "./saga-steps";

/**
 * - `pending`: not started, and can still run · `active`: runs next · `waiting`: waits for an operator, or for the bank
 * - `completed`: done · `refused`: a business refusal, such as a declined card · `failed`: failed after all retries
 * - `unanswered`: the operator or the bank did not answer before the order was decided
 * - `compensated`: completed, and then undone
 * - `skipped`: will not run
 */
export type State = "pending" | "active" | "waiting" | "completed" | "refused" | "failed" | "unanswered" | "compensated" | "skipped";

export interface StepProgress {
  state: State;
  /** The time of the event that led to the state (RFC 3339), if there is one. */
  at?: string;
  /** How often the saga has tried the step; undefined unless it was retried. */
  attempts?: AttemptCount;
}

/** By the name of the step in the state machine definition. */
export type Steps = Record<string, StepProgress>;

export interface Progress {
  steps: Steps;
  decision: "confirmed" | "rejected" | "cancelled" | null;
  /** Whether the order is decided and all consequences of the decision are done. */
  settled: boolean;
}

/** The total, in minor units per currency, from which orders are reviewed. */
export type ReviewThresholds = Readonly<Partial<Record<string, number>>>;

/**
 * Derives the state of each step from the events that have arrived so far, in any order.
 *
 * @param thresholds - Without them, no step after the authorization is active until its event arrives.
 * @param attempts - The attempts of all steps that have ended so far.
 */
export function sagaProgress(events: readonly SagaEvent[], thresholds?: ReviewThresholds, attempts: readonly Attempt[] = []): Progress {
  const history = new OrderHistory(events);
  const confirmed = history.latest("OrderConfirmed");
  const rejected = history.latest("OrderRejected");
  const cancelled = history.latest("OrderCancelled");
  const rejectedOrCancelled = rejected ?? cancelled;
  // The events of different services arrive in any order. A compensation follows the rejection or the cancellation.
  const isUndoing = rejectedOrCancelled !== undefined || FORWARD.some(({ compensation }) => compensation && history.latest(compensation.completed));

  const steps: Steps = Object.fromEntries(STEPS.map((name) => [name, { state: "pending" }]));
  const lastReached = FORWARD.findLastIndex((step) => hasRun(step, history));
  for (const [index, step] of FORWARD.entries()) {
    const isPast = index < lastReached;
    const state = progressOf(step, history, isPast);
    steps[step.name] = state;
    if (step.isOptional && isPast) skipIfPending(steps, [step.name]);
    if (step.compensation)
      steps[step.compensation.name] = compensationProgress(step, state, history, isUndoing, confirmed !== undefined);
  }
  if (isUndoing) steps[REJECTION] = { state: "completed", at: rejectedOrCancelled?.time };
  else if (confirmed) steps[REJECTION] = { state: "skipped" };
  steps[ATTENTION] = attentionProgress(history);
  if (isUndoing) skipIfPending(steps, namesOf(FORWARD));

  const decision = confirmed ? "confirmed" : rejected ? "rejected" : cancelled ? "cancelled" : null;
  const isWaiting = steps[ATTENTION].state === "waiting";
  const settled = decision !== null && !stepsAfter(decision).some((step) => isPending(steps, step)) && !isWaiting;
  if (!settled && !isWaiting) activateNext(steps, decision, history.needsReview(thresholds));
  for (const [name, step] of Object.entries(steps)) {
    const count = attemptCount(name, attempts, step.state === "active");
    if (count) step.attempts = count;
  }
  return { steps, decision, settled };
}

export const stateOf = ({ steps }: { steps: Steps }, step: string): State => steps[step]?.state ?? "pending";

/** Describes the progress in one or two sentences. */
export function progressSummary(progress: Progress): string {
  const { decision, settled } = progress;
  if (stateOf(progress, ATTENTION) === "waiting") return messages.saga.needsAttention;
  if (stateOf(progress, AWAIT_PAYMENT) === "waiting") return messages.saga.awaitingPayment;
  if (stateOf(progress, REVIEW) === "waiting") return messages.saga.inReview;
  if (decision === null) return messages.saga.running;
  if (decision === "confirmed") return settled ? messages.saga.settled : messages.saga.confirmed;
  // A compensation can run for a step that failed. Only completed steps are undone.
  const undone = FORWARD.filter(({ name }) => stateOf(progress, name) === "compensated").length;
  const result = !settled ? messages.saga.undoing : undone === 0 ? messages.saga.nothingToUndo : messages.saga.undone(undone);
  return `${messages.saga[decision]} ${result}`;
}

/** The reason of an order that an operator has reviewed and rejected. */
const REVIEW_REJECTED = "REVIEW_REJECTED";
/** The reason of an order that would have to wait, while too many orders of its customer are waiting. */
const TOO_MANY_WAITING = "TOO_MANY_WAITING";

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

  /** Whether the total requires a review. Undefined if the total or the thresholds are unknown. */
  needsReview(thresholds?: ReviewThresholds): boolean | undefined {
    const { total, currency } = this.latest("OrderPlaced")?.data ?? {};
    if (thresholds === undefined || typeof total !== "number" || typeof currency !== "string") return undefined;
    return total >= (thresholds[currency] ?? Infinity);
  }

  /** The rejection or the cancellation. */
  get end(): SagaEvent | undefined {
    return this.latest("OrderRejected") ?? this.latest("OrderCancelled");
  }

  /** Whether the bank asks the customer to confirm the payment, and no answer is known. */
  get isPaymentOpen(): boolean {
    const isAsked = this.latest("PaymentActionRequired") ?? this.latest("OrderAwaitingPayment");
    return isAsked !== undefined && !this.paymentAnswer && !AFTER_PAYMENT.some(({ completed }) => this.latest(completed));
  }

  /** What the bank or the payment provider has said. */
  get paymentAnswer(): SagaEvent | undefined {
    return this.latest("PaymentAuthorized") ?? this.latest("PaymentDeclined");
  }

  get needsAttention(): boolean {
    const closing = ["OrderRetryRequested", "OrderResolved", "OrderCancelled"];
    // An operator's rejection closes the task as well. The saga's own rejection does not.
    if (this.latest("OrderRejected")?.data?.["decided_by"] !== "saga") closing.push("OrderRejected");
    return this.isLater("OrderNeedsAttention", ...closing);
  }
}

/** The steps that run only with an authorized payment. */
const AFTER_PAYMENT = FORWARD.slice(FORWARD.findIndex(({ name }) => name === AWAIT_PAYMENT) + 1);

export const completedBy = (event: SagaEvent): StepProgress => ({ state: "completed", at: event.time });

/** Whether the saga has reached the step: the step emitted an event, or it is known to have failed. */
function hasRun(step: Step, history: OrderHistory): boolean {
  if (step.name === AUTHORIZATION && history.isPaymentOpen) return true;
  const hasEvent = [step.completed, step.refused].some((type) => type !== undefined && history.latest(type));
  return hasEvent || history.failedSteps.includes(step.name) || isUnavailable(step, history);
}

/** Whether the order is rejected because the provider of the step did not respond. */
const isUnavailable = ({ unavailable }: Step, history: OrderHistory): boolean => unavailable !== undefined && history.reason === unavailable;

function progressOf(step: Step, history: OrderHistory, isPast: boolean): StepProgress {
  if (step.name === REVIEW) return reviewProgress(history);
  if (step.name === AWAIT_PAYMENT) return awaitPaymentProgress(history);
  const progress = forwardProgress(step, history, isPast);
  const isOpen = step.name === AUTHORIZATION && history.isPaymentOpen && progress.state !== "failed";
  return isOpen ? openPayment(history, "PaymentActionRequired") : progress;
}

/** The events of different services arrive in any order. A step is completed if a later step has run. */
function forwardProgress(step: Step, history: OrderHistory, isPast: boolean): StepProgress {
  const { name, completed, refused, compensation, isOptional } = step;
  const event = history.latest(completed);
  const refusal = refused === undefined ? undefined : history.latest(refused);
  if (!event && refusal) return { state: "refused", at: refusal.time };
  if (!event && (history.failedSteps.includes(name) || isUnavailable(step, history))) return { state: "failed" };
  if (!event && (isOptional || !isPast)) return { state: "pending" };
  return { state: compensation && history.latest(compensation.completed) ? "compensated" : "completed", at: event?.time };
}

function compensationProgress(
  step: Step,
  { state }: StepProgress,
  history: OrderHistory,
  isUndoing: boolean,
  isConfirmed: boolean,
): StepProgress {
  const { compensation } = step;
  const event = compensation && history.latest(compensation.completed);
  if (event) return completedBy(event);
  if (isConfirmed) return { state: "skipped" };
  if (history.failedSteps.includes(compensation?.name)) return { state: "failed" };
  if (!isUndoing) return { state: "pending" };
  // A provider that did not respond may have done the step, and a bank can still answer, so the compensation runs too.
  return { state: state === "completed" || state === "unanswered" || isUnavailable(step, history) ? "pending" : "skipped" };
}

function reviewProgress(history: OrderHistory): StepProgress {
  const requested = history.latest("OrderReviewRequested");
  const approved = history.latest("OrderReviewApproved");
  if (approved) return completedBy(approved);
  if (history.failedSteps.includes(REVIEW)) return { state: "failed" };
  if (!requested) return { state: "pending" };
  if (!history.end) return { state: "waiting", at: requested.time };
  return { state: history.reason === REVIEW_REJECTED ? "refused" : "unanswered", at: history.end.time };
}

/** The wait for the bank. A payment that needs no confirmation leaves it out. */
function awaitPaymentProgress(history: OrderHistory): StepProgress {
  const requested = history.latest("OrderAwaitingPayment");
  if (history.failedSteps.includes(AWAIT_PAYMENT)) return { state: "failed" };
  if (!requested && history.paymentAnswer) return { state: "skipped" };
  if (!requested) return { state: history.isPaymentOpen && history.reason === TOO_MANY_WAITING ? "refused" : "pending" };
  if (history.isPaymentOpen) return openPayment(history, "OrderAwaitingPayment");
  return { state: "completed", at: history.paymentAnswer?.time };
}

/** The progress of a step that waits for the bank since the event of the type, or waited until the order was decided. */
function openPayment(history: OrderHistory, type: string): StepProgress {
  return history.end ? { state: "unanswered", at: history.end.time } : { state: "waiting", at: history.latest(type)?.time };
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

/**
 * Marks the step that runs now: the rejection after a refusal or failure, and otherwise the first pending step. No step is
 * marked if it is unknown whether an optional step runs first, because no event announces optional steps.
 */
function activateNext(steps: Steps, decision: Progress["decision"], needsReview: boolean | undefined): void {
  const hasStopped = ({ name }: Step) => steps[name]?.state === "refused" || steps[name]?.state === "failed";
  if (decision === null && FORWARD.some(hasStopped)) {
    skipIfPending(steps, namesOf(FORWARD));
    steps[REJECTION] = { state: "active" };
    return;
  }
  if ([AWAIT_PAYMENT, REVIEW].some((step) => steps[step]?.state === "waiting")) return;
  const [first, second] = stepsAfter(decision).filter((step) => isPending(steps, step));
  const isReviewOmitted = first === REVIEW && needsReview === false;
  if (isReviewOmitted) skipIfPending(steps, [REVIEW]);
  const next = isReviewOmitted ? second : first;
  const isOptional = FORWARD.some(({ name, isOptional }) => name === next && isOptional);
  const isDue = (next === REVIEW && needsReview) || (next === AWAIT_PAYMENT && steps[AUTHORIZATION]?.state === "waiting");
  if (next && (!isOptional || isDue)) steps[next] = { state: "active" };
}
