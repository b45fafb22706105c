import { describe, expect, it } from "vitest";
import type { SagaEvent } from "./event-history";
import { progressSummary, sagaProgress, stateOf } from "./saga-progress";
import { EVENTS, FORWARD, forwardSteps, STEPS } from "./saga-steps";

type Event = string | [type: string, data: Record<string, unknown>];

/** Events one second apart. */
function history(...events: Event[]): SagaEvent[] {
  return events.map((event, second) => {
    const [type, data] = typeof event === "string" ? [event, {}] : event;
    return { type, data, time: `2026-11-20T12:00:${String(second).padStart(2, "0")}.000000Z` };
  });
}

function states(events: SagaEvent[]): Record<string, string> {
  const progress = sagaProgress(events);
  const shown = STEPS.map((step) => [step, stateOf(progress, step)] as const);
  return Object.fromEntries(shown.filter(([, state]) => state !== "pending"));
}

const HAPPY_PATH = ["OrderPlaced", "StockReserved", "PaymentAuthorized", "ShipmentBooked", "OrderConfirmed", "PaymentCaptured"];
const rejected = (reason: string): Event => ["OrderRejected", { reason }];

describe("the steps of the saga", () => {
  it("are the states of the definition with an event in the catalogue", () => {
    const steps = Object.fromEntries(FORWARD.map(({ name, compensation, isOptional }) => [name, [compensation?.name, isOptional]]));

    expect(steps).toMatchObject({
      ReserveStock: ["ReleaseStock", false],
      AuthorizePayment: ["VoidPayment", false],
      AwaitPayment: [undefined, true],
      RequestReview: [undefined, true],
      BookShipment: ["CancelShipment", false],
      ConfirmOrder: [undefined, false],
      CapturePayment: [undefined, false],
    });
  });

  it("include a step that is added to the definition and the catalogue", () => {
    const states = {
      "Gift ordered?": { Choices: [{ Next: "WrapGift" }], Default: "ConfirmOrder" },
      WrapGift: { Comment: "Compensated by UnwrapGift.", Next: "ConfirmOrder" },
      ConfirmOrder: {},
      RejectOrder: { Next: "UnwrapGift" },
      UnwrapGift: { Comment: "Compensates WrapGift." },
    };
    const events = {
      GiftWrapped: { meaning: "The gift is wrapped.", step: "WrapGift" },
      GiftUnwrapped: { meaning: "Undone.", step: "UnwrapGift", compensates: "GiftWrapped" },
      OrderConfirmed: EVENTS["OrderConfirmed"],
    };

    expect(forwardSteps({ StartAt: "Gift ordered?", States: states }, events)).toMatchObject([
      { name: "WrapGift", completed: "GiftWrapped", isOptional: true, compensation: { name: "UnwrapGift", completed: "GiftUnwrapped" } },
      { name: "ConfirmOrder", isOptional: false },
    ]);
  });
});

describe("the progress of the saga", () => {
  it("counts the attempts of a step while the saga retries it, and afterwards", () => {
    const attempts = Array.from({ length: 3 }, () => ({ step: "AuthorizePayment", time: "2026-11-20T12:00:02.000000Z" }));
    const stepAfter = (...events: Event[]) => sagaProgress(history(...events), {}, attempts).steps["AuthorizePayment"];

    expect(stepAfter("OrderPlaced", "StockReserved")).toEqual({ state: "active", attempts: { number: 4, maximum: 4 } });
    expect(stepAfter(...HAPPY_PATH)).toMatchObject({ state: "completed", attempts: { number: 3, maximum: 4 } });
  });

  it("starts with the first step active", () => {
    expect(states(history("OrderPlaced"))).toEqual({ ReserveStock: "active", RequestAttention: "skipped" });
  });

  it("moves one step with each event", () => {
    expect(states(history("OrderPlaced", "StockReserved"))).toMatchObject({ ReserveStock: "completed", AuthorizePayment: "active" });
    expect(states(history("OrderPlaced", "StockReserved", "PaymentAuthorized", "ShipmentBooked"))).toMatchObject({ ConfirmOrder: "active" });
  });

  it("marks no step as active while it is unknown whether a review follows", () => {
    expect(Object.values(states(history("OrderPlaced", "StockReserved", "PaymentAuthorized")))).not.toContain("active");
  });

  it("ends with all steps completed and all compensations skipped", () => {
    const progress = sagaProgress(history(...HAPPY_PATH));

    expect(progress.settled).toBe(true);
    expect(states(history(...HAPPY_PATH))).toMatchObject({
      ...{ ReserveStock: "completed", AuthorizePayment: "completed", RequestReview: "skipped", BookShipment: "completed" },
      ...{ ConfirmOrder: "completed", CapturePayment: "completed", RejectOrder: "skipped", RequestAttention: "skipped" },
      ...{ CancelShipment: "skipped", VoidPayment: "skipped", ReleaseStock: "skipped" },
    });
  });

  it("marks the refused step, and activates the rejection", () => {
    expect(states(history("OrderPlaced", "StockReserved", "PaymentDeclined"))).toMatchObject({
      AuthorizePayment: "refused",
      RejectOrder: "active",
      BookShipment: "skipped",
    });
  });

  it("marks completed steps as compensated, and skips the other compensations", () => {
    const events = history("OrderPlaced", "StockReserved", "PaymentDeclined", rejected("PAYMENT_DECLINED"), "StockReleased");

    expect(states(events)).toMatchObject({
      ...{ ReserveStock: "compensated", AuthorizePayment: "refused", BookShipment: "skipped" },
      ...{ RejectOrder: "completed", CancelShipment: "skipped", VoidPayment: "skipped", ReleaseStock: "completed" },
    });
    expect(sagaProgress(events).settled).toBe(true);
    expect(progressSummary(sagaProgress(events))).toContain("undid 1 completed step");
  });

  it("activates the compensations in reverse order", () => {
    const refused = ["OrderPlaced", "StockReserved", "PaymentAuthorized", "ShipmentRefused"];

    expect(states(history(...refused, rejected("ADDRESS_REFUSED")))).toMatchObject({ VoidPayment: "active" });
    expect(states(history(...refused, rejected("ADDRESS_REFUSED"), "PaymentVoided"))).toMatchObject({ ReleaseStock: "active" });
  });

  it("derives the failed step from the rejection reason, because a step emits no event if its provider is unavailable", () => {
    expect(states(history("OrderPlaced", "StockReserved", rejected("PAYMENT_UNAVAILABLE"), "PaymentVoided"))).toMatchObject({
      AuthorizePayment: "failed",
      VoidPayment: "completed",
    });
  });

  it("waits for the review, and continues after the approval", () => {
    const requested = ["OrderPlaced", "StockReserved", "PaymentAuthorized", "OrderReviewRequested"];

    expect(states(history(...requested))).toMatchObject({ RequestReview: "waiting" });
    expect(Object.values(states(history(...requested)))).not.toContain("active");
    expect(states(history(...requested, "OrderReviewApproved"))).toMatchObject({ RequestReview: "completed", BookShipment: "active" });
    expect(states(history(...requested, "OrderCancelled"))).toMatchObject({ RequestReview: "unanswered", VoidPayment: "active" });
  });

  it("shows the failed step until an operator resolves it", () => {
    const failed: Event[] = [...HAPPY_PATH.slice(0, 5), ["OrderNeedsAttention", { failed_steps: ["CapturePayment"] }]];

    expect(states(history(...failed))).toMatchObject({ CapturePayment: "failed", RequestAttention: "waiting" });
    expect(sagaProgress(history(...failed)).settled).toBe(false);
    expect(states(history(...failed, "OrderRetryRequested"))).toMatchObject({ CapturePayment: "active", RequestAttention: "completed" });
    expect(sagaProgress(history(...failed, "OrderRetryRequested", "PaymentCaptured", "OrderResolved")).settled).toBe(true);
  });

  it("shows a failed compensation", () => {
    const refused = ["OrderPlaced", "StockReserved", "PaymentAuthorized", "ShipmentRefused"];
    const attention: Event = ["OrderNeedsAttention", { failed_steps: ["VoidPayment"] }];
    const events = history(...refused, rejected("ADDRESS_REFUSED"), "StockReleased", attention);

    expect(states(events)).toMatchObject({ VoidPayment: "failed", ReleaseStock: "completed", RequestAttention: "waiting" });
  });

  it("does not wait for an operator who has rejected the order", () => {
    const attention: Event = ["OrderNeedsAttention", { failed_steps: ["ReserveStock"] }];
    const byOperator: Event = ["OrderRejected", { reason: "REJECTED_BY_OPERATOR", decided_by: "operator" }];
    const bySaga: Event = ["OrderRejected", { reason: "OUT_OF_STOCK", decided_by: "saga" }];

    expect(sagaProgress(history("OrderPlaced", attention, byOperator)).settled).toBe(true);
    expect(states(history("OrderPlaced", attention, bySaga))).toMatchObject({ RequestAttention: "waiting" });
  });

  it("does not depend on the order in which the events arrive", () => {
    const events = history(...HAPPY_PATH.slice(0, 3), "ShipmentRefused", rejected("ADDRESS_REFUSED"), "PaymentVoided", "StockReleased");

    expect(sagaProgress(events.toReversed())).toEqual(sagaProgress(events));
    expect(sagaProgress([...events, ...events])).toEqual(sagaProgress(events));
  });
});
