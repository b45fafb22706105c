// How often a run of the saga has tried each step. Pure functions.

import fulfilOrder from "../../../statemachines/fulfil_order.asl.json";
import type { Attempt } from "../under-the-hood/trace-api";

interface State {
  Type: string;
  Next?: string;
  Choices?: { Condition: string; Next: string }[];
}

const STATES: Readonly<Record<string, State>> = fulfilOrder.States;

/**
 * The maximum number of attempts of a step, by its name. A step whose provider does not answer is tried again after a Wait
 * state, as often as the condition `$tries < 3` of its Choice state allows.
 */
export const MAXIMUM_ATTEMPTS: Readonly<Partial<Record<string, number>>> = Object.fromEntries(
  Object.values(STATES)
    .flatMap(({ Choices = [] }) => Choices)
    .flatMap(({ Condition, Next }) => {
      const retries = /\$tries < (\d+)/.exec(Condition)?.[1];
      const wait = STATES[Next];
      return retries && wait?.Type === "Wait" && wait.Next ? [[wait.Next, Number(retries) + 1]] : [];
    }),
);

export interface AttemptCount {
  number: number;
  /** Undefined if the definition has no retries for the step, or if several runs have tried it more often than one run may. */
  maximum?: number;
}

/**
 * The number of attempts of a step; undefined unless the step was retried.
 *
 * @param attempts - The attempts that have ended.
 * @param isActive - Whether the step runs, so that one more attempt has started.
 */
export function attemptCount(step: string, attempts: readonly Attempt[], isActive = false): AttemptCount | undefined {
  const number = attempts.filter((attempt) => attempt.step === step).length + (isActive ? 1 : 0);
  const maximum = MAXIMUM_ATTEMPTS[step];
  if (number < 2) return undefined;
  return maximum === undefined || number > maximum ? { number } : { number, maximum };
}

/** The attempts before the next event, which is undefined if all events are shown. */
export const attemptsBefore = (attempts: readonly Attempt[], next: { time: string } | undefined): Attempt[] =>
  attempts.filter(({ time }) => next === undefined || time < next.time);

/** The first retry of a step follows after about a second, so only a longer pause between two events can hide a retry. */
const RETRY_MS = 1000;

/** Whether a step may have been retried between two of the events, oldest first. */
export const mayHaveRetries = (events: readonly { time: string }[]): boolean =>
  events.some(({ time }, index) => index > 0 && Date.parse(time) - Date.parse(events[index - 1]?.time ?? time) >= RETRY_MS);
