// What the sandbox breaks while the saga fulfils one order, and what then happens. Pure.

/** The parts of the sagas that can be broken, in the order of their steps. */
export const PARTS = ["stock", "authorize", "book", "capture", "void", "refund"] as const;
export type Part = (typeof PARTS)[number];

export type Effect = "fail" | "crash" | "refuse" | "confirm" | "sellOut";

/** How a part is broken. */
export interface Fault {
  effect: Effect;
  /** How many calls have the effect; absent: all. */
  times?: number | null | undefined;
}

/** The broken parts. The others work. */
export type FaultPlan = Partial<Record<Part, Fault>>;

const ONCE_TWICE_ALWAYS = [1, 2, undefined];
const REFUSALS: Partial<Record<Part, readonly Fault[]>> = {
  stock: [{ effect: "sellOut" }],
  authorize: [{ effect: "refuse" }, { effect: "confirm" }],
  book: [{ effect: "refuse" }],
};
const FAULTS = (["fail", "crash"] as const).map((effect) => ONCE_TWICE_ALWAYS.map((times): Fault => ({ effect, times })));

/** The ways to break a part, in groups: refusals, missing answers and crashes. */
export const choicesOf = (part: Part): readonly (readonly Fault[])[] =>
  [REFUSALS[part] ?? [], ...(part === "stock" ? [] : FAULTS)].filter((group) => group.length > 0);

/** The saga calls a provider that does not answer four times. */
const MAX_CALLS = 4;

/** Whether the fault outlasts the retries of the saga. */
export const isPermanent = ({ effect, times }: Fault): boolean => effect === "fail" ? (times ?? MAX_CALLS) >= MAX_CALLS : !times;

export interface Prediction {
  /** The end of the order, if the customer does not cancel it, and approves the payment if the bank asks. */
  end: "confirmed" | "rejected" | "needsAttention";
  /** The parts that the sagas reach. A refund is reached if the customer returns items. */
  reached: ReadonlySet<Part>;
}

/** Whether the saga reaches the bank's question to the customer. */
export const asksBank = (plan: FaultPlan): boolean => plan.authorize?.effect === "confirm" && predict(plan).reached.has("authorize");

/** Predicts how the saga of the order ends. */
export function predict(plan: FaultPlan): Prediction {
  const reached = new Set<Part>();
  const broken = (part: Part): Effect | undefined => {
    reached.add(part);
    const fault = plan[part];
    return fault && fault.effect !== "confirm" && isPermanent(fault) ? fault.effect : undefined;
  };
  for (const part of ["stock", "authorize", "book"] as const) {
    const effect = broken(part);
    if (effect === "crash") return { end: "needsAttention", reached };
    // A payment is voided unless the provider refused it.
    const isVoided = part === "book" || (part === "authorize" && effect === "fail");
    if (effect) return { end: isVoided && broken("void") ? "needsAttention" : "rejected", reached };
  }
  if (broken("capture")) return { end: "needsAttention", reached };
  reached.add("refund");
  return { end: "confirmed", reached };
}
