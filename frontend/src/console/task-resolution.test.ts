import { expect, it } from "vitest";
import type { Task } from "./tasks-api";
import { commentError, decisionNotice, effectOf, resolution, verdictsOf } from "./task-resolution";

const review = { kind: "review", decisions: ["approve", "reject"] } as Task;
const returned = { kind: "return", return_id: "r", decisions: ["approve", "reject"] } as Task;
const lost = { kind: "lost_shipment", decisions: ["refund", "resolve"] } as Task;
const refund = { kind: "attention", return_id: "r", decisions: ["retry", "resolve"] } as Task;
const text = { comment: " by transfer ", restock: true };
const empty = { comment: " ", restock: false };

it("restocks items only with the approval of a return", () => {
  expect(resolution("approve", returned, text)).toEqual({ decision: "approve", comment: "by transfer", restock: true });
  expect(resolution("approve", returned, empty)).toEqual({ decision: "approve", restock: false });
  expect(resolution("reject", returned, text)).toEqual({ decision: "reject", comment: "by transfer" });
  expect(resolution("approve", review, text)).toEqual({ decision: "approve", comment: "by transfer" });
  expect(resolution("retry", refund, empty)).toEqual({ decision: "retry" });
});

it("needs a comment to resolve a task and to refuse a return", () => {
  expect(commentError("resolve", refund, empty)).toBeDefined();
  expect(commentError("resolve", lost, empty)).toBeDefined();
  expect(commentError("reject", returned, empty)).toBeDefined();
  for (const [verdict, task] of [["reject", review], ["approve", returned], ["retry", refund], ["refund", lost]] as const)
    expect(commentError(verdict, task, empty)).toBeUndefined();
  for (const [verdict, task] of [["resolve", refund], ["reject", returned]] as const) expect(commentError(verdict, task, text)).toBeUndefined();
});

it("describes the effect on the return if the task is about one", () => {
  expect(effectOf("approve", review)).toContain("order");
  expect(effectOf("approve", returned)).toContain("refund");
  for (const verdict of verdictsOf(lost)) expect(effectOf(verdict, lost)).not.toBe("");
});

it("offers the verdicts of the API, without the timeout", () => {
  expect(verdictsOf({ ...review, decisions: ["approve", "timeout"] })).toEqual(["approve"]);
  expect(verdictsOf({ kind: "review" } as Task)).toEqual([]);
});

it("says what the operator decided about which order", () => {
  const order_id = "ac813206-bbf5-57a2-9996-8dca9b7d786f";

  expect(decisionNotice("approve", { ...review, order_id })).toBe("You approved the review of order AC813206.");
  expect(decisionNotice("reject", { ...returned, order_id })).toBe("You rejected the return of order AC813206.");
  expect(decisionNotice("retry", { ...refund, order_id })).toBe("You retried the failed steps of order AC813206.");
  expect(decisionNotice("refund", { ...lost, order_id })).toBe("You refunded the lost parcel of order AC813206.");
});
