// How far the saga of an order is, told from its events alone. Pure.
// The steps and their compensations: statemachines/fulfil_order.asl.json.

export const STEPS = [
  "ReserveStock",
  "AuthorizePayment",
  "Review",
  "BookShipment",
  "ConfirmOrder",
  "CapturePayment",
  "Refuse",
  "CancelShipment",
  "VoidPayment",
  "ReleaseStock",
  "Attention",
] as const;

export type Step = (typeof STEPS)[number];

/**
 * - `pending`: may still come · `active`: comes next · `waiting`: for a person
 * - `taken`: done · `refused`: it said no · `failed`: it kept failing
 * - `undone`: done, and then compensated · `skipped`: will not happen
 */
export type State = "pending" | "active" | "waiting" | "taken" | "refused" | "failed" | "undone" | "skipped";

export interface Mark {
  state: State;
  /** When it came to be so (RFC 3339), where an event tells. */
  at?: string;
}

export type Progress = Record<Step, Mark> & {
  decision: "confirmed" | "rejected" | "cancelled" | null;
  /** Whether everything that follows from the decision is done. */
  settled: boolean;
};

/** An event as far as the picture needs it; `data` where the whole event is at hand. */
export interface Happening {
  type: string;
  time: string;
  data?: Record<string, unknown>;
}

interface Compensatable {
  step: "ReserveStock" | "AuthorizePayment" | "BookShipment";
  done: string;
  refused: string;
  /** The reason of a rejection because this step's provider did not answer; a step without a provider has none. */
  unavailable?: string;
  compensation: "ReleaseStock" | "VoidPayment" | "CancelShipment";
  undone: string;
}

const COMPENSATABLE: readonly Compensatable[] = [
  {
    step: "ReserveStock",
    done: "StockReserved",
    refused: "StockReservationRejected",
    compensation: "ReleaseStock",
    undone: "StockReleased",
  },
  {
    step: "AuthorizePayment",
    done: "PaymentAuthorized",
    refused: "PaymentDeclined",
    unavailable: "PAYMENT_UNAVAILABLE",
    compensation: "VoidPayment",
    undone: "PaymentVoided",
  },
  {
    step: "BookShipment",
    done: "ShipmentBooked",
    refused: "ShipmentRefused",
    unavailable: "SHIPPING_UNAVAILABLE",
    compensation: "CancelShipment",
    undone: "ShipmentCancelled",
  },
];

const FORWARD: readonly Step[] = ["ReserveStock", "AuthorizePayment", "Review", "BookShipment", "ConfirmOrder", "CapturePayment"];

/** Tells each step's state from the events that have arrived, in any order. */
export function sagaProgress(events: readonly Happening[]): Progress {
  const story = new Story(events);
  const confirmed = story.last("OrderConfirmed");
  const rejected = story.last("OrderRejected");
  const cancelled = story.last("OrderCancelled");
  const turnedBack = rejected ?? cancelled;

  const marks = Object.fromEntries(STEPS.map((step) => [step, { state: "pending" }])) as Record<Step, Mark>;
  for (const each of COMPENSATABLE) {
    marks[each.step] = forward(each, story);
    marks[each.compensation] = compensation(each, story, turnedBack !== undefined, confirmed !== undefined);
  }
  marks.Review = review(story, marks.BookShipment.state !== "pending" || confirmed !== undefined);
  marks.ConfirmOrder = confirmed ? taken(confirmed) : { state: "pending" };
  if (!confirmed && story.failedSteps.includes("ConfirmOrder")) marks.ConfirmOrder = { state: "failed" };
  marks.CapturePayment = capture(story);
  marks.Refuse = turnedBack ? taken(turnedBack) : { state: confirmed ? "skipped" : "pending" };
  marks.Attention = attention(story);
  if (turnedBack) skipWhatIsStillPending(marks, FORWARD);

  const decision = confirmed ? "confirmed" : rejected ? "rejected" : cancelled ? "cancelled" : null;
  const done = decision !== null && !hasMoreToDo(marks, decision) && marks.Attention.state !== "waiting";
  if (!done && marks.Attention.state !== "waiting") activateNext(marks, decision);
  return { ...marks, decision, settled: done };
}

/** What the picture shows, in a sentence or two. */
export function progressInWords(progress: Progress): string {
  const undone = COMPENSATABLE.filter(({ compensation }) => progress[compensation].state === "taken").length;
  if (progress.Attention.state === "waiting") return "A step kept failing. The saga waits for a person to decide how to go on.";
  if (progress.Review.state === "waiting") return "The order is large. The saga waits for a person to approve it.";
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

function forward({ step, done, refused, unavailable, undone }: Compensatable, story: Story): Mark {
  const event = story.last(done);
  if (event && story.last(undone)) return { state: "undone", at: event.time };
  if (event) return taken(event);
  const refusal = story.last(refused);
  if (refusal) return { state: "refused", at: refusal.time };
  if (story.failedSteps.includes(step)) return { state: "failed" };
  return unavailable !== undefined && story.reason === unavailable ? { state: "failed" } : { state: "pending" };
}

function compensation({ compensation, done, undone }: Compensatable, story: Story, back: boolean, confirmed: boolean): Mark {
  const event = story.last(undone);
  if (event) return taken(event);
  if (confirmed) return { state: "skipped" };
  if (story.failedSteps.includes(compensation)) return { state: "failed" };
  if (!back) return { state: "pending" };
  return { state: story.last(done) ? "pending" : "skipped" };
}

function review(story: Story, isPast: boolean): Mark {
  const asked = story.last("OrderReviewRequested");
  const approved = story.last("OrderReviewApproved");
  if (approved) return taken(approved);
  if (story.failedSteps.includes("RequestReview")) return { state: "failed" };
  if (!asked) return { state: isPast ? "skipped" : "pending" };
  const rejection = story.last("OrderRejected") ?? story.last("OrderCancelled");
  return rejection ? { state: "refused", at: rejection.time } : { state: "waiting", at: asked.time };
}

function capture(story: Story): Mark {
  const event = story.last("PaymentCaptured");
  if (event) return taken(event);
  return { state: story.failedSteps.includes("CapturePayment") ? "failed" : "pending" };
}

function attention(story: Story): Mark {
  const asked = story.last("OrderNeedsAttention");
  if (!asked) return { state: "skipped" };
  return story.needsAttention ? { state: "waiting", at: asked.time } : taken(asked);
}

function skipWhatIsStillPending(marks: Record<Step, Mark>, steps: readonly Step[]): void {
  for (const step of steps) if (marks[step].state === "pending") marks[step] = { state: "skipped" };
}

function nextSteps(decision: Progress["decision"]): readonly Step[] {
  if (decision === "confirmed") return ["CapturePayment"];
  return decision === null ? FORWARD : ["CancelShipment", "VoidPayment", "ReleaseStock"];
}

const hasMoreToDo = (marks: Record<Step, Mark>, decision: Progress["decision"]): boolean =>
  nextSteps(decision).some((step) => marks[step].state === "pending");

/** The first step that is still to come is the one under way; after a refusal that is the decision. */
function activateNext(marks: Record<Step, Mark>, decision: Progress["decision"]): void {
  if (decision === null && FORWARD.some((step) => marks[step].state === "refused" || marks[step].state === "failed")) {
    skipWhatIsStillPending(marks, FORWARD);
    marks.Refuse = { state: "active" };
    return;
  }
  if (marks.Review.state === "waiting") return;
  const next = nextSteps(decision).find((step) => marks[step].state === "pending" && step !== "Review");
  if (next) marks[next] = { state: "active" };
}
