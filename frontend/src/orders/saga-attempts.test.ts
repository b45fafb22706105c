import { expect, it } from "vitest";
import type { Attempt } from "../under-the-hood/trace-api";
import { attemptCount, attemptsBefore, MAXIMUM_ATTEMPTS, mayHaveRetries } from "./saga-attempts";

const attempts: Attempt[] = ["ReserveStock", "AuthorizePayment", "AuthorizePayment", "AuthorizePayment"].map((step, second) => ({
  step,
  time: `2026-11-20T12:00:0${second}.000000Z`,
}));

it("allows as many attempts as the state machine, for the steps that call a provider", () => {
  expect(MAXIMUM_ATTEMPTS).toEqual({ AuthorizePayment: 4, BookShipment: 4, CapturePayment: 4, CancelShipment: 4, VoidPayment: 4 });
});

it("counts the attempts of a step that was retried", () => {
  expect(attemptCount("AuthorizePayment", attempts)).toEqual({ number: 3, maximum: 4 });
  expect(attemptCount("ReserveStock", attempts)).toBeUndefined();
  expect(attemptCount("BookShipment", attempts)).toBeUndefined();
});

it("names no maximum after several runs, and for a step without retries", () => {
  expect(attemptCount("AuthorizePayment", [...attempts, ...attempts])).toEqual({ number: 6 });
  expect(attemptCount("ReserveStock", [...attempts, ...attempts])).toEqual({ number: 2 });
});

it("shows the attempts of the moment of a replay", () => {
  expect(attemptsBefore(attempts, { time: "2026-11-20T12:00:03.000000Z" })).toHaveLength(3);
  expect(attemptsBefore(attempts, undefined)).toEqual(attempts);
});

it("counts the attempt that runs", () => {
  expect(attemptCount("AuthorizePayment", attempts, true)).toEqual({ number: 4, maximum: 4 });
  expect(attemptCount("BookShipment", attempts, true)).toBeUndefined();
});

it("asks for attempts only if a pause between two events is long enough for a retry", () => {
  const at = (...milliseconds: number[]) => milliseconds.map((each) => ({ time: new Date(each).toISOString() }));
  expect(mayHaveRetries(at(0, 300, 900, 1800))).toBe(false);
  expect(mayHaveRetries(at(0, 300, 1400))).toBe(true);
  expect(mayHaveRetries(at(0))).toBe(false);
});
