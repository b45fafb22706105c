import { useEffect, useState } from "react";
import { createStore } from "../shared/store";
import type { OrderEvent } from "./orders-api";
import { advance, isRewound, msUntilNext, positionOf, type Replay, skipToNow, startReplay } from "./replay";

const reducedMotion = matchMedia("(prefers-reduced-motion: reduce)");
const isMotionReduced = createStore(
  () => reducedMotion.matches,
  (refresh) => reducedMotion.addEventListener("change", refresh),
);

export interface ReplayedEvents {
  replay: Replay;
  setReplay: (replay: Replay) => void;
  events: readonly OrderEvent[];
  /** The events that the replay shows, oldest first. */
  shown: readonly OrderEvent[];
  /** The event after the last one that is shown. */
  next: OrderEvent | undefined;
  /** Whether the user looks at the past. */
  isRewound: boolean;
}

/**
 * Shows new events one by one, at a readable pace, and lets the user replay them. Reduced motion shows new events at once.
 *
 * @param shortest - See msUntilNext.
 */
export function useReplay(events: readonly OrderEvent[], shortest?: number): ReplayedEvents {
  const [moved, setReplay] = useState(() => startReplay(events));
  const replay = isMotionReduced.use() && !isRewound(moved) ? skipToNow(moved, events, moved.movedAt) : moved;
  useEffect(() => {
    const delay = msUntilNext(replay, events, Date.now(), shortest);
    if (delay === null) return;
    const timer = setTimeout(() => setReplay(advance(replay, events, Date.now())), delay);
    return () => clearTimeout(timer);
  }, [replay, events, shortest]);
  const position = positionOf(replay, events);
  return { replay, setReplay, events, shown: events.slice(0, position + 1), next: events[position + 1], isRewound: isRewound(replay) };
}
