// The steps of the saga, from the state machine definition and the event catalogue. Pure functions.

import catalogue from "../../../contracts/events.json";
import definition from "../../../statemachines/fulfil_order.asl.json";

interface State {
  Comment?: string;
  Next?: string;
  Default?: string;
  Choices?: { Next: string }[];
  Catch?: { Next: string }[];
}

interface EventEntry {
  meaning: string;
  step?: string;
  /** Whether the step emits the event when it refuses. */
  refusal?: boolean;
  /** The rejection reason if the provider of the step is unavailable. The step emits no event in this case. */
  unavailable?: string;
}

export interface Step {
  name: string;
  /** The type of the event that completes the step. */
  completed: string;
  /** The type of the event that refuses the step. */
  refused?: string;
  /** See EventEntry. */
  unavailable?: string;
  /** Whether the saga can reach the pivot without this step. */
  isOptional: boolean;
  compensation?: { name: string; completed: string };
}

export const EVENTS: Readonly<Partial<Record<string, EventEntry>>> = catalogue;
export const PIVOT = "ConfirmOrder";
export const REVIEW = "RequestReview";
export const REJECTION = "RejectOrder";
export const ATTENTION = "RequestAttention";

/**
 * Lists the steps that lead to a confirmed order, each with its compensation. These are the states before RejectOrder
 * with an event in the catalogue, in the order of the definition.
 */
export function forwardSteps(startAt: string, states: Readonly<Record<string, State>>, events: typeof EVENTS): Step[] {
  const names = Object.keys(states);
  const pivot = names.indexOf(PIVOT);
  const eventOf = (step: string, refusal: boolean) => Object.entries(events).find(([, entry]) => entry?.step === step && !!entry.refusal === refusal);

  const steps: Step[] = [];
  for (const [index, name] of names.slice(0, names.indexOf(REJECTION)).entries()) {
    const [completed, entry] = eventOf(name, false) ?? [];
    if (completed === undefined) continue;
    const compensation = /^Compensated by (\w+)\./.exec(states[name]?.Comment ?? "")?.[1];
    const compensated = compensation && eventOf(compensation, false)?.[0];
    steps.push({
      name,
      completed,
      refused: eventOf(name, true)?.[0],
      unavailable: entry?.unavailable,
      isOptional: index < pivot && isReachableWithout(name, PIVOT, startAt, states),
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

export const FORWARD = forwardSteps(definition.StartAt, definition.States, EVENTS);
/** The compensations in the order in which they run. */
export const COMPENSATIONS = FORWARD.flatMap(({ compensation }) => compensation?.name ?? []).toReversed();
/** All steps of the diagram, in the order in which the saga runs them. */
export const STEPS: readonly string[] = [...FORWARD.map(({ name }) => name), REJECTION, ...COMPENSATIONS, ATTENTION];
