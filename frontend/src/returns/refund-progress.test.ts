import { describe, expect, it } from "vitest";
import type { SagaEvent } from "../orders/event-history";
import { REFUND_STEPS } from "./refund-steps";
import { refundProgress, refundSummary } from "./refund-progress";

type Event = string | [type: string, data: Record<string, unknown>];

/** Events of one return, one second apart. */
function history(returnId: string, ...events: Event[]): SagaEvent[] {
  return events.map((event, second) => {
    const [type, data] = typeof event === "string" ? [event, {}] : event;
    return { type, data: { return_id: returnId, ...data }, time: `2026-11-20T12:00:${String(second).padStart(2, "0")}.000000Z` };
  });
}

function states(events: SagaEvent[]): Record<string, string> {
  const steps = refundProgress(events, "one")?.steps ?? {};
  return Object.fromEntries(Object.entries(steps).map(([name, { state }]) => [name, state]));
}

const accepted = (restock: boolean): Event[] => ["ReturnRequested", ["ReturnAccepted", { restock }]];
const attention: Event = ["ReturnNeedsAttention", { failed_steps: ["RefundPayment"] }];

it("has the steps of the state machine, of which the restocking is optional", () => {
  expect(REFUND_STEPS.map(({ name, completed, isOptional }) => [name, completed, isOptional])).toEqual([
    ["RefundPayment", "PaymentRefunded", false],
    ["RestockItems", "StockReturned", true],
    ["CompleteReturn", "ReturnCompleted", false],
  ]);
});

describe("the progress of a refund", () => {
  it("does not exist before the return is accepted", () => {
    expect(refundProgress(history("one", "ReturnRequested"), "one")).toBeNull();
    expect(refundProgress(history("one", "ReturnRequested", "ReturnRefused"), "one")).toBeNull();
  });

  it("moves one step with each event", () => {
    const steps = { RequestReturnAttention: "skipped" };

    expect(states(history("one", ...accepted(true)))).toEqual({
      ...{ RefundPayment: "active", RestockItems: "pending", CompleteReturn: "pending" },
      ...steps,
    });
    expect(states(history("one", ...accepted(true), "PaymentRefunded"))).toEqual({
      ...{ RefundPayment: "completed", RestockItems: "active", CompleteReturn: "pending" },
      ...steps,
    });
    expect(states(history("one", ...accepted(true), "PaymentRefunded", "StockReturned"))).toMatchObject({ CompleteReturn: "active" });
  });

  it("skips the restocking that the operator did not ask for", () => {
    expect(states(history("one", ...accepted(false)))).toMatchObject({ RefundPayment: "active", RestockItems: "skipped" });
    expect(states(history("one", ...accepted(false), "PaymentRefunded"))).toMatchObject({ CompleteReturn: "active" });
  });

  it("is settled when the return is completed", () => {
    const events = history("one", ...accepted(true), "PaymentRefunded", "StockReturned", "ReturnCompleted");

    expect(refundProgress(events, "one")?.settled).toBe(true);
    expect(Object.values(states(events))).not.toContain("active");
  });

  it("has completed every needed step before a step whose event has arrived", () => {
    expect(states(history("one", ...accepted(true), "StockReturned"))).toMatchObject({ RefundPayment: "completed", CompleteReturn: "active" });
    expect(states(history("one", ...accepted(true), "ReturnCompleted"))).toMatchObject({ RefundPayment: "completed", RestockItems: "completed" });
    expect(states(history("one", ...accepted(false), "ReturnCompleted"))).toMatchObject({ RefundPayment: "completed", RestockItems: "skipped" });
  });

  it("shows the failed step until an operator resolves it", () => {
    const waiting = history("one", ...accepted(false), attention);
    const resolved = history("one", ...accepted(false), attention, "ReturnResolved");
    const progress = refundProgress(waiting, "one");

    expect(states(waiting)).toMatchObject({ RefundPayment: "failed", CompleteReturn: "pending", RequestReturnAttention: "waiting" });
    expect(progress && refundSummary(progress)).toContain("operator");
    expect(states(resolved)).toMatchObject({ RefundPayment: "active", RequestReturnAttention: "completed" });
    expect(states([...resolved, ...history("one", ...accepted(false), "PaymentRefunded")])).toMatchObject({
      RefundPayment: "completed",
      CompleteReturn: "active",
    });
  });

  it("depends neither on other returns of the order nor on the order in which the events arrive", () => {
    const events = history("one", ...accepted(true), "PaymentRefunded");
    const others = history("two", ...accepted(false), attention, "ReturnResolved", "PaymentRefunded", "ReturnCompleted");

    expect(refundProgress([...others, ...events.toReversed(), ...events], "one")).toEqual(refundProgress(events, "one"));
  });
});
