// The replay of an order's events at a pace that a person can follow. Pure functions: the caller passes the clock.

export type Speed = 1 | 0.25;

/**
 * - `following`: shows events as they arrive, and is at the last one, or a little behind it
 * - `playing`: the user plays the past · `paused`: the user looks at one moment of the past
 */
type Mode = "following" | "playing" | "paused";

export interface Replay {
  mode: Mode;
  speed: Speed;
  /** The id of the last event that is shown. An event that arrives late, with an earlier time, is shown at once. */
  at: string | undefined;
  /** When the picture last moved, in milliseconds of the clock. */
  movedAt: number;
}

/** The events of an order, oldest first. */
export type Events = readonly { id: string; time: string }[];

/** Real steps take a few hundred milliseconds, and a review can take days. */
const SHORTEST_MS = 700;
const LONGEST_MS = 2000;
/** The tab "Under the hood" shows how each event moves through the application, which a room can follow only this slowly. */
export const SHORTEST_UNDER_THE_HOOD_MS = 2800;

/** Shows all events that are known now, and then follows new ones. The first of them appears as soon as it arrives. */
export const startReplay = (events: Events): Replay => ({ mode: "following", speed: 1, at: events.at(-1)?.id, movedAt: 0 });

/** The index of the last event that is shown. */
export function positionOf({ at }: Replay, events: Events): number {
  const index = events.findIndex(({ id }) => id === at);
  return index < 0 ? events.length - 1 : index;
}

export const isAtEnd = (replay: Replay, events: Events): boolean => positionOf(replay, events) === events.length - 1;

/** Whether the user looks at the past. A picture that follows new events a little later does not count. */
export const isRewound = ({ mode }: Replay): boolean => mode !== "following";

/** Shows the order up to the event at `index`, and stops there. The last event ends the replay. */
export const moveTo = (replay: Replay, events: Events, index: number, now: number): Replay => shownUpTo(replay, events, index, now, "paused");

/** Shows the next event. */
export const advance = (replay: Replay, events: Events, now: number): Replay =>
  shownUpTo(replay, events, positionOf(replay, events) + 1, now, replay.mode);

/** Plays on, or from the first event if all events are shown. */
export const play = (replay: Replay, events: Events, now: number): Replay =>
  shownUpTo(replay, events, isAtEnd(replay, events) ? 0 : positionOf(replay, events), now, "playing");

export const pause = (replay: Replay): Replay => ({ ...replay, mode: "paused" });

export const skipToNow = (replay: Replay, events: Events, now: number): Replay => moveTo(replay, events, events.length - 1, now);

function shownUpTo(replay: Replay, events: Events, index: number, now: number, mode: Mode): Replay {
  const last = events.length - 1;
  const position = Math.max(0, Math.min(last, index));
  return { ...replay, at: events[position]?.id, movedAt: now, mode: position === last ? "following" : mode };
}

/**
 * Milliseconds until the next event is shown; null if none follows, or if the replay is paused.
 *
 * @param shortest - Milliseconds for which each event is shown at least, at full speed.
 */
export function msUntilNext(replay: Replay, events: Events, now: number, shortest = SHORTEST_MS): number | null {
  const position = positionOf(replay, events);
  const [shown, next] = [events[position], events[position + 1]];
  if (!shown || !next || replay.mode === "paused") return null;
  const gap = new Date(next.time).getTime() - new Date(shown.time).getTime();
  const pace = Math.max(shortest, Math.min(LONGEST_MS, gap)) / replay.speed;
  return Math.max(0, replay.movedAt + pace - now);
}
