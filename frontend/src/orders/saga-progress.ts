// How far the saga of an order is, read from its events alone. Pure.

import { ATTENTION, COMPENSATIONS, FORWARD, PIVOT, REJECTION, REVIEW, type Step, STEPS } from "./saga-steps";

/**
 * - `pending`: may still come · `active`: comes next · `waiting`: for a person
 * - `taken`: done · `refused`: it said no · `failed`: it kept failing
 * - `undone`: done, and then compensated · `skipped`: will not happen
 */
export type State = "pending" | "active" | "waiting" | "taken" | "refused" | "failed" | "undone" | "skipped";

export interface Mark {
  state: State;
  /** The time of the event that led to it (RFC 3339), if there is one. */
  at?: string;
}

type Marks = Record<string, Mark>;

export interface Progress {
  /** By the name of the step in the definition. */
  marks: Marks;
  decision: "confirmed" | "rejected" | "cancelled" | null;
  /** Whether everything that follows from the decision is done. */
  settled: boolean;
}

/** An event as far as the picture needs it; `data` where the whole event is at hand. */
export interface Happening {
  type: string;
  time: string;
  data?: Record<string, unknown>;
}

/** Returns each step's state from the events that have arrived, in any order. */
export function sagaProgress(events: readonly Happening[]): Progress {
  const story = new Story(events);
  const confirmed = story.last("OrderConfirmed");
  const rejected = story.last("OrderRejected");
  const cancelled = story.last("OrderCancelled");
  const turnedBack = rejected ?? cancelled;

  const marks: Marks = Object.fromEntries(STEPS.map((name) => [name, { state: "pending" }]));
  for (const step of FORWARD) {
    marks[step.name] = step.name === REVIEW ? review(story) : forward(step, story);
    if (step.compensation) marks[step.compensation.name] = compensation(step, story, turnedBack !== undefined, confirmed !== undefined);
  }
  for (const [index, { name, isOptional }] of FORWARD.entries()) {
    const isPast = FORWARD.slice(index + 1).some((later) => !isPending(marks, later.name));
    if (isOptional && isPast) skipIfPending(marks, [name]);
  }
  marks[REJECTION] = turnedBack ? taken(turnedBack) : { state: confirmed ? "skipped" : "pending" };
  marks[ATTENTION] = attention(story);
  if (turnedBack) skipIfPending(marks, namesOf(FORWARD));

  const decision = confirmed ? "confirmed" : rejected ? "rejected" : cancelled ? "cancelled" : null;
  const waits = marks[ATTENTION].state === "waiting";
  const done = decision !== null && !nextSteps(decision).some((step) => isPending(marks, step)) && !waits;
  if (!done && !waits) activateNext(marks, decision);
  return { marks, decision, settled: done };
}

export const stateOf = ({ marks }: Progress, step: string): State => marks[step]?.state ?? "pending";

/** What the picture shows, in a sentence or two. */
export function progressInWords(progress: Progress): string {
  const undone = COMPENSATIONS.filter((step) => stateOf(progress, step) === "taken").length;
  if (stateOf(progress, ATTENTION) === "waiting") return "A step kept failing. The saga waits for a person to decide how to go on.";
  if (stateOf(progress, REVIEW) === "waiting") return "The order is large. The saga waits for a person to approve it.";
  if (progress.decision === "confirmed")
    return progress.settled
      ? "Every step worked. After the pivot, the confirmation, there was no way back."
      : "Confirmed: the pivot is passed. From here on the saga only goes forward.";
  if (progress.decision === null) return "The saga takes one step after the other. Each, up to the pivot, has one that undoes it.";
  const first = progress.decision === "cancelled" ? "The order was cancelled." : "The order was rejected.";
  if (!progress.settled) return `${first} Now the saga goes back up and undoes what was done.`;
  if (undone === 0) return `${first} Nothing had been done that needed undoing.`;
  return `${first} The saga went back up and undid ${undone === 1 ? "the one step that was" : `the ${undone} steps that were`} done.`;
}

class Story {
  private readonly byType = new Map<string, Happening>();

  constructor(events: readonly Happening[]) {
    for (const event of events) {
      const known = this.byType.get(event.type);
      if (!known || known.time < event.time) this.byType.set(event.type, event);
    }
  }

  /** The latest event of a type. */
  last(type: string): Happening | undefined {
    return this.byType.get(type);
  }

  /** Whether the latest `type` is later than the latest `other`. */
  isLater(type: string, ...others: string[]): boolean {
    const time = this.last(type)?.time;
    return time !== undefined && others.every((other) => (this.last(other)?.time ?? "") < time);
  }

  /** Why the order was rejected. */
  get reason(): unknown {
    return this.last("OrderRejected")?.data?.["reason"];
  }

  /** The steps that kept failing, as long as nobody has dealt with them. */
  get failedSteps(): readonly unknown[] {
    const steps = this.last("OrderNeedsAttention")?.data?.["failed_steps"];
    return this.needsAttention && Array.isArray(steps) ? (steps as unknown[]) : [];
  }

  get needsAttention(): boolean {
    // A cancellation, or an operator's rejection, answers for what needed attention.
    return this.isLater("OrderNeedsAttention", "OrderRetryRequested", "OrderResolved", "OrderCancelled");
  }
}

const taken = (event: Happening): Mark => ({ state: "taken", at: event.time });

function forward({ name, done, refused, unavailable, compensation }: Step, story: Story): Mark {
  const event = story.last(done);
  if (event && compensation && story.last(compensation.done)) return { state: "undone", at: event.time };
  if (event) return taken(event);
  const refusal = refused === undefined ? undefined : story.last(refused);
  if (refusal) return { state: "refused", at: refusal.time };
  if (story.failedSteps.includes(name)) return { state: "failed" };
  return unavailable !== undefined && story.reason === unavailable ? { state: "failed" } : { state: "pending" };
}

function compensation({ done, compensation }: Step, story: Story, back: boolean, confirmed: boolean): Mark {
  const event = compensation && story.last(compensation.done);
  if (event) return taken(event);
  if (confirmed) return { state: "skipped" };
  if (story.failedSteps.includes(compensation?.name)) return { state: "failed" };
  if (!back) return { state: "pending" };
  return { state: story.last(done) ? "pending" : "skipped" };
}

function review(story: Story): Mark {
  const asked = story.last("OrderReviewRequested");
  const approved = story.last("OrderReviewApproved");
  if (approved) return taken(approved);
  if (story.failedSteps.includes(REVIEW)) return { state: "failed" };
  if (!asked) return { state: "pending" };
  const rejection = story.last("OrderRejected") ?? story.last("OrderCancelled");
  return rejection ? { state: "refused", at: rejection.time } : { state: "waiting", at: asked.time };
}

function attention(story: Story): Mark {
  const asked = story.last("OrderNeedsAttention");
  if (!asked) return { state: "skipped" };
  return story.needsAttention ? { state: "waiting", at: asked.time } : taken(asked);
}

const namesOf = (steps: readonly Step[]): string[] => steps.map(({ name }) => name);

const isPending = (marks: Marks, step: string): boolean => marks[step]?.state === "pending";

function skipIfPending(marks: Marks, steps: readonly string[]): void {
  for (const step of steps) if (isPending(marks, step)) marks[step] = { state: "skipped" };
}

function nextSteps(decision: Progress["decision"]): readonly string[] {
  if (decision === "confirmed") return namesOf(FORWARD.slice(FORWARD.findIndex(({ name }) => name === PIVOT) + 1));
  return decision === null ? namesOf(FORWARD) : COMPENSATIONS;
}

/** The first step that is still to come is the one under way; after a refusal that is the rejection. */
function activateNext(marks: Marks, decision: Progress["decision"]): void {
  const saidNo = ({ name }: Step) => marks[name]?.state === "refused" || marks[name]?.state === "failed";
  if (decision === null && FORWARD.some(saidNo)) {
    skipIfPending(marks, namesOf(FORWARD));
    marks[REJECTION] = { state: "active" };
    return;
  }
  if (marks[REVIEW]?.state === "waiting") return;
  // Nothing shows whether an optional step is to come.
  const optional = FORWARD.filter(({ isOptional }) => isOptional).map(({ name }) => name);
  const next = nextSteps(decision).find((step) => isPending(marks, step) && !optional.includes(step));
  if (next) marks[next] = { state: "active" };
}
