// The arrows of the saga diagram that an order has followed. Pure functions.

import { type Progress, type State, stateOf } from "./saga-progress";
import { ATTENTION, COMPENSATIONS, FORWARD, PIVOT, REJECTION } from "./saga-steps";

/** The ends of the saga, beside the names of its steps. */
export const START = "start";
export const COMPLETED = "completed";
export const ALL_UNDONE = "all undone";

export interface SagaArrow {
  from: string;
  to: string;
  isFollowed: boolean;
  /** Whether the arrow leads along the compensations, which undo what the forward steps did. */
  isUndoing: boolean;
}

export const isReached = (state: State): boolean => state !== "pending" && state !== "skipped";

/** The arrows along the forward steps, and along the compensations. An arrow that leads past skipped steps is followed. */
export function sagaArrows(progress: Progress): SagaArrow[] {
  const isUndone = progress.settled && progress.decision !== "confirmed";
  return [
    ...arrowsAlong([START, ...FORWARD.map(({ name }) => name), COMPLETED], progress, progress.settled && !isUndone, false),
    ...arrowsAlong([REJECTION, ...COMPENSATIONS, ALL_UNDONE], progress, isUndone, true),
  ];
}

function arrowsAlong(places: readonly string[], progress: Progress, isEndReached: boolean, isUndoing: boolean): SagaArrow[] {
  return places.slice(1).map((to, index) => ({
    from: places[index] ?? "",
    to,
    isUndoing,
    isFollowed: isEndReached || places.slice(index + 1).some((place) => isReached(stateOf(progress, place))),
  }));
}

/** The step that stopped the saga, and the step that followed from it. Empty if no step did, for example after a cancellation. */
export function failureArrows(progress: Progress): [from: string, to: string][] {
  const isAttended = isReached(stateOf(progress, ATTENTION));
  const indexOf = (...states: State[]) => FORWARD.findIndex(({ name }) => states.includes(stateOf(progress, name)));
  const stopped = indexOf("refused", "failed");
  const index = stopped < 0 && !isAttended ? indexOf("unanswered") : stopped;
  const step = FORWARD[index]?.name;
  if (step === undefined || progress.decision === "cancelled") return [];
  const isAfterPivot = index > FORWARD.findIndex(({ name }) => name === PIVOT);
  const isUndecided = progress.decision === null && stateOf(progress, ATTENTION) === "waiting";
  if (isAfterPivot || isUndecided) return [[step, ATTENTION]];
  return isReached(stateOf(progress, REJECTION)) ? [[step, REJECTION]] : [];
}
