// The saga's steps, from the state machine's definition and the event catalogue. Pure.

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
  /** The step emits the event when it says no. */
  refusal?: boolean;
  /** The reason of a rejection because the step's provider did not answer: then no event says so. */
  unavailable?: string;
}

export interface Step {
  name: string;
  /** The type of the event that says that the step is done. */
  done: string;
  refused?: string;
  unavailable?: string;
  /** Whether the saga can reach the pivot without this step. */
  isOptional: boolean;
  compensation?: { name: string; done: string };
}

export const EVENTS: Readonly<Partial<Record<string, EventEntry>>> = catalogue;
export const PIVOT = "ConfirmOrder";
export const REVIEW = "RequestReview";
export const REJECTION = "RejectOrder";
export const ATTENTION = "RequestAttention";

/**
 * Lists the steps of an order that is confirmed, each with its compensation: the states before RejectOrder of which
 * the catalogue has an event, in the order of the definition.
 */
export function forwardSteps(startAt: string, states: Readonly<Record<string, State>>, events: typeof EVENTS): Step[] {
  const names = Object.keys(states);
  const pivot = names.indexOf(PIVOT);
  const eventOf = (step: string, refusal: boolean) => Object.entries(events).find(([, entry]) => entry?.step === step && !!entry.refusal === refusal);

  const steps: Step[] = [];
  for (const [index, name] of names.slice(0, names.indexOf(REJECTION)).entries()) {
    const [done, entry] = eventOf(name, false) ?? [];
    if (done === undefined) continue;
    const undoing = /^Compensated by (\w+)\./.exec(states[name]?.Comment ?? "")?.[1];
    const undone = undoing && eventOf(undoing, false)?.[0];
    steps.push({
      name,
      done,
      refused: eventOf(name, true)?.[0],
      unavailable: entry?.unavailable,
      isOptional: index < pivot && reaches(PIVOT, startAt, states, name),
      compensation: undoing && undone ? { name: undoing, done: undone } : undefined,
    });
  }
  return steps;
}

function reaches(end: string, start: string, states: Readonly<Record<string, State>>, without: string): boolean {
  const seen = new Set([without]);
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
export const COMPENSATIONS = FORWARD.flatMap(({ compensation }) => compensation?.name ?? []).toReversed();
/** Every step of the picture, as the saga meets them. */
export const STEPS: readonly string[] = [...FORWARD.map(({ name }) => name), REJECTION, ...COMPENSATIONS, ATTENTION];
