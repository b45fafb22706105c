import { describe, expect, it } from "vitest";
import { advance, isAtEnd, isRewound, moveTo, msUntilNext, pause, play, positionOf, type Replay, skipToNow, startReplay } from "./replay";

const START = Date.parse("2026-11-20T12:00:00Z");

/** Events at these milliseconds after the start. */
const events = (...milliseconds: number[]) =>
  milliseconds.map((time, index) => ({ id: String(index), time: new Date(START + time).toISOString() }));

const SAGA = events(0, 100, 300, 86_400_000);

/** The times at which the events appear, if the page waits exactly as long as it is told. */
function appearances(replay: Replay, shown: ReturnType<typeof events>, now: number): number[] {
  const delay = msUntilNext(replay, shown, now);
  return delay === null ? [] : [now + delay, ...appearances(advance(replay, shown, now + delay), shown, now + delay)];
}

describe("a page that opens", () => {
  it("shows all events that are known, without playing them", () => {
    const replay = startReplay(SAGA);

    expect(positionOf(replay, SAGA)).toBe(3);
    expect(isRewound(replay)).toBe(false);
    expect(msUntilNext(replay, SAGA, 0)).toBeNull();
  });

  it("plays the events that arrive later: short gaps are stretched, and long waits are cut", () => {
    const replay = startReplay(SAGA.slice(0, 1));

    expect(appearances(replay, SAGA, 0)).toEqual([700, 1400, 3400]);
    expect(appearances({ ...replay, speed: 0.25 }, SAGA, 0)).toEqual([2800, 5600, 13_600]);
  });

  it("plays so slowly under the hood that each event can be followed on its way", () => {
    expect(msUntilNext({ ...startReplay(SAGA.slice(0, 1)), movedAt: 1000 }, SAGA, 1000, 2800)).toBe(2800);
  });

  it("shows an event at once if it arrives after its pace", () => {
    expect(msUntilNext(startReplay(SAGA.slice(0, 1)), SAGA, 5000)).toBe(0);
  });

  it("keeps its place when an event arrives late, with an earlier time", () => {
    const [first, , third] = SAGA;
    if (!first || !third) throw new Error("missing event");
    const replay = startReplay([first, third]);

    expect(positionOf(replay, SAGA)).toBe(2);
    expect(isAtEnd(replay, SAGA.slice(0, 3))).toBe(true);
  });
});

describe("a replay", () => {
  it("starts again from the first event, and then follows the order", () => {
    const replay = play(startReplay(SAGA), SAGA, 10_000);

    expect(positionOf(replay, SAGA)).toBe(0);
    expect(isRewound(replay)).toBe(true);
    expect(appearances(replay, SAGA, 10_000)).toEqual([10_700, 11_400, 13_400]);
    const last = [1, 2, 3].reduce((current, now) => advance(current, SAGA, now), replay);
    expect(isRewound(last)).toBe(false);
    expect(positionOf(last, [...SAGA, ...events(0, 0, 0, 0, 86_401_000).slice(4)])).toBe(3);
  });

  it("stops at one moment until the user plays on", () => {
    const paused = pause(play(startReplay(SAGA), SAGA, 0));

    expect(msUntilNext(paused, SAGA, 60_000)).toBeNull();
    expect(positionOf(play(paused, SAGA, 60_000), SAGA)).toBe(0);
    expect(msUntilNext(play(paused, SAGA, 60_000), SAGA, 60_000)).toBe(700);
  });

  it("steps back and forward within the events, and ends at the last one", () => {
    const back = moveTo(startReplay(SAGA), SAGA, 1, 0);

    expect([positionOf(back, SAGA), isRewound(back)]).toEqual([1, true]);
    expect(msUntilNext(back, SAGA, 60_000)).toBeNull();
    expect(positionOf(moveTo(back, SAGA, -1, 0), SAGA)).toBe(0);
    for (const end of [moveTo(back, SAGA, 9, 0), skipToNow(back, SAGA, 0)]) {
      expect([positionOf(end, SAGA), isRewound(end)]).toEqual([3, false]);
    }
  });

  it("keeps its place and its speed when new events arrive", () => {
    const back = { ...moveTo(startReplay(SAGA), SAGA, 1, 0), speed: 0.25 as const };
    const more = [...SAGA, ...events(0, 0, 0, 0, 86_401_000).slice(4)];

    expect(positionOf(back, more)).toBe(1);
    expect(msUntilNext(play(back, more, 0), more, 0)).toBe(2800);
  });
});
