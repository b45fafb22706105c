import { expect, it } from "vitest";
import { ApiError } from "../api/api-error";
import { adjustmentError, parseAdjustment, EMPTY_ADJUSTMENT, isOutcomeKnown } from "./stock-adjustment";

it("is converted to the request of the API", () => {
  expect(parseAdjustment({ change: "12", reason: " delivery 17 " })).toEqual({ adjustment: { change: 12, reason: "delivery 17" } });
  expect(parseAdjustment({ change: "+3", reason: "found" })).toHaveProperty("adjustment.change", 3);
  expect(parseAdjustment({ change: " -2", reason: "broken" })).toHaveProperty("adjustment.change", -2);
});

it("has an error for each invalid field", () => {
  expect(Object.keys((parseAdjustment(EMPTY_ADJUSTMENT) as { errors: object }).errors)).toEqual(["change", "reason"]);
  for (const change of ["0", "-0", "1.5", "1e3", "--1", "x", "1234567890"]) {
    expect(parseAdjustment({ change, reason: "count" })).toHaveProperty("errors.change");
  }
  expect(parseAdjustment({ change: "1", reason: "x".repeat(201) })).toHaveProperty("errors.reason");
});

it("keeps its key until the outcome is known", () => {
  for (const status of [0, 429, 500, 503, 504]) expect(isOutcomeKnown(new ApiError(status))).toBe(false);
  for (const status of [400, 403, 404, 409, 422]) expect(isOutcomeKnown(new ApiError(status))).toBe(true);
});

it("tells operators that an earlier attempt was applied, without the words of the API", () => {
  const reused = new ApiError(422, { type: "urn:serverless-orders:problem:idempotency-key-reused", detail: "This Idempotency-Key was used." });
  expect(adjustmentError(reused).message).toMatch(/^The stock is already adjusted/);
  const gone = new ApiError(0);
  expect(adjustmentError(gone)).toBe(gone);
});
