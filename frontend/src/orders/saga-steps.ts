// The steps of a saga, from the state machine definitions and the event catalogue. Pure functions.

import catalogue from "../../../contracts/events.json";
import fulfilOrder from "../../../statemachines/fulfil_order.asl.json";

interface State {
  Comment?: string;
  Next?: string;
  Default?: string;
  Choices?: { Next: string }[];
  Catch?: { Next: string }[];
}

interface Definition {
  StartAt: string;
  States: Readonly<Record<string, State>>;
}

interface EventEntry {
  meaning: string;
  step?: string;
  /** The state machine of the step, if it is not fulfil_order. */
  saga?: string;
  /** Whether the step emits the event when it refuses. */
  refusal?: boolean;
  /** The rejection reason if the provider of the step is unavailable. The step emits no event in this case. */
  unavailable?: string;
  /** The members of the order that the event updates, and the status of the group if it does not come from the event. */
  view?: { group: string; status?: string; members?: string[] };
}

export interface Step {
  name: string;
  /** The type of the event that completes the step. */
  completed: string;
  /** The type of the event that refuses the step. */
  refused?: string;
  /** See EventEntry. */
  unavailable?: string;
  /** Whether the saga can reach its target without this step. */
  isOptional: boolean;
  compensation?: { name: string; completed: string };
}

export const EVENTS: Readonly<Partial<Record<string, EventEntry>>> = catalogue;
export const PIVOT = "ConfirmOrder";
export const AUTHORIZATION = "AuthorizePayment";
export const AWAIT_PAYMENT = "AwaitPayment";
export const REVIEW = "RequestReview";
export const REJECTION = "RejectOrder";
export const RETURN_ATTENTION = "RequestReturnAttention";
export const ATTENTION = "RequestAttention";

/** The steps of events that no step emits, or one that the diagram leaves out. */
const OTHER_STEPS: Readonly<Partial<Record<string, string>>> = {
  PaymentActionRequired: AUTHORIZATION,
  OrderReviewApproved: REVIEW,
  OrderCancelled: REJECTION,
  OrderRetryRequested: ATTENTION,
  OrderResolved: ATTENTION,
  ReturnResolved: RETURN_ATTENTION,
};

/** The step of a diagram that an event of this type has changed. */
export const stepOf = (type: string): string | undefined => OTHER_STEPS[type] ?? EVENTS[type]?.step;

export interface Saga {
  /** The name of the state machine in the event catalogue. */
  name: string;
  /** The step that every successful run reaches. Earlier steps that a run can leave out are optional. */
  target: string;
  /** The first state after the forward steps. */
  end: string;
}

const FULFIL_ORDER: Saga = { name: "fulfil_order", target: PIVOT, end: REJECTION };

/**
 * Lists the forward steps of a saga, each with its compensation. These are the states before `end` with an event in the
 * catalogue, in the order of the definition.
 */
export function forwardSteps({ StartAt, States }: Definition, events: typeof EVENTS, saga = FULFIL_ORDER): Step[] {
  const names = Object.keys(States);
  const target = names.indexOf(saga.target);
  const ofSaga = Object.entries(events).filter(([, entry]) => (entry?.saga ?? FULFIL_ORDER.name) === saga.name);
  const eventOf = (step: string, refusal: boolean) => ofSaga.find(([, entry]) => entry?.step === step && !!entry.refusal === refusal);

  const steps: Step[] = [];
  for (const [index, name] of names.slice(0, names.indexOf(saga.end)).entries()) {
    const [completed, entry] = eventOf(name, false) ?? [];
    if (completed === undefined) continue;
    const compensation = /^Compensated by (\w+)\./.exec(States[name]?.Comment ?? "")?.[1];
    const compensated = compensation && eventOf(compensation, false)?.[0];
    steps.push({
      name,
      completed,
      refused: eventOf(name, true)?.[0],
      unavailable: entry?.unavailable,
      isOptional: index < target && isReachableWithout(name, saga.target, StartAt, States),
      compensation: compensation && compensated ? { name: compensation, completed: compensated } : undefined,
    });
  }
  return steps;
}

/** Whether a path leads from `start` to `end` without the state `excluded`. */
function isReachableWithout(excluded: string, end: string, start: string, states: Readonly<Record<string, State>>): boolean {
  const seen = new Set([excluded]);
  const queue = [start];
  for (let name = queue.pop(); name !== undefined; name = queue.pop()) {
    if (seen.has(name)) continue;
    seen.add(name);
    const { Next, Default, Choices = [], Catch = [] } = states[name] ?? {};
    queue.push(...[Next, Default].filter((next) => next !== undefined), ...[...Choices, ...Catch].map((branch) => branch.Next));
  }
  return seen.has(end);
}

export const FORWARD = forwardSteps(fulfilOrder, EVENTS);
/** The compensations in the order in which they run. */
export const COMPENSATIONS = FORWARD.flatMap(({ compensation }) => compensation?.name ?? []).toReversed();
/** All steps of the diagram, in the order in which fulfil_order runs them. */
export const STEPS: readonly string[] = [...FORWARD.map(({ name }) => name), REJECTION, ...COMPENSATIONS, ATTENTION];
