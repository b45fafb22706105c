import { describe, expect, it } from "vitest";
import { type Happening, progressInWords, sagaProgress, type Step, STEPS } from "./saga-progress";

type Event = string | [type: string, data: Record<string, unknown>];

/** Events one second apart. */
function story(...events: Event[]): Happening[] {
  return events.map((event, second) => {
    const [type, data] = typeof event === "string" ? [event, {}] : event;
    return { type, data, time: `2026-11-20T12:00:${String(second).padStart(2, "0")}.000000Z` };
  });
}

function states(events: Happening[]): Partial<Record<Step, string>> {
  const progress = sagaProgress(events);
  const shown = STEPS.map((step) => [step, progress[step].state] as const);
  return Object.fromEntries(shown.filter(([, state]) => state !== "pending"));
}

const HAPPY = ["OrderPlaced", "StockReserved", "PaymentAuthorized", "ShipmentBooked", "OrderConfirmed", "PaymentCaptured"];
const rejected = (reason: string): Event => ["OrderRejected", { reason }];

describe("the picture of the saga", () => {
  it("starts with the first step under way", () => {
    expect(states(story("OrderPlaced"))).toEqual({ ReserveStock: "active", Attention: "skipped" });
  });

  it("moves one step with each event", () => {
    expect(states(story("OrderPlaced", "StockReserved"))).toMatchObject({ ReserveStock: "taken", AuthorizePayment: "active" });
    expect(states(story("OrderPlaced", "StockReserved", "PaymentAuthorized"))).toMatchObject({ BookShipment: "active" });
  });

  it("ends with every step taken, and no compensation needed", () => {
    const progress = sagaProgress(story(...HAPPY));

    expect(progress.settled).toBe(true);
    expect(states(story(...HAPPY))).toEqual({
      ...{ ReserveStock: "taken", AuthorizePayment: "taken", Review: "skipped", BookShipment: "taken" },
      ...{ ConfirmOrder: "taken", CapturePayment: "taken", Refuse: "skipped", Attention: "skipped" },
      ...{ CancelShipment: "skipped", VoidPayment: "skipped", ReleaseStock: "skipped" },
    });
  });

  it("marks the refused step, and the decision as what comes next", () => {
    expect(states(story("OrderPlaced", "StockReserved", "PaymentDeclined"))).toMatchObject({
      AuthorizePayment: "refused",
      Refuse: "active",
      BookShipment: "skipped",
    });
  });

  it("marks as undone what was done and compensated, and skips what had nothing to undo", () => {
    const events = story("OrderPlaced", "StockReserved", "PaymentDeclined", rejected("PAYMENT_DECLINED"), "StockReleased");

    expect(states(events)).toMatchObject({
      ...{ ReserveStock: "undone", AuthorizePayment: "refused", BookShipment: "skipped" },
      ...{ Refuse: "taken", CancelShipment: "skipped", VoidPayment: "skipped", ReleaseStock: "taken" },
    });
    expect(sagaProgress(events).settled).toBe(true);
    expect(progressInWords(sagaProgress(events))).toContain("undid the one step");
  });

  it("undoes in the reverse order", () => {
    const refused = ["OrderPlaced", "StockReserved", "PaymentAuthorized", "ShipmentRefused"];

    expect(states(story(...refused, rejected("ADDRESS_REFUSED")))).toMatchObject({ VoidPayment: "active" });
    expect(states(story(...refused, rejected("ADDRESS_REFUSED"), "PaymentVoided"))).toMatchObject({ ReleaseStock: "active" });
  });

  it("tells the step that faulted from the reason, for a fault leaves no event", () => {
    expect(states(story("OrderPlaced", "StockReserved", rejected("PAYMENT_UNAVAILABLE"), "PaymentVoided"))).toMatchObject({
      AuthorizePayment: "failed",
      VoidPayment: "taken",
    });
  });

  it("waits for the person who reviews, and goes on after the approval", () => {
    const asked = ["OrderPlaced", "StockReserved", "PaymentAuthorized", "OrderReviewRequested"];

    expect(states(story(...asked))).toMatchObject({ Review: "waiting" });
    expect(Object.values(states(story(...asked)))).not.toContain("active");
    expect(states(story(...asked, "OrderReviewApproved"))).toMatchObject({ Review: "taken", BookShipment: "active" });
    expect(states(story(...asked, "OrderCancelled"))).toMatchObject({ Review: "refused", VoidPayment: "active" });
  });

  it("shows the step that kept failing until a person has had it done", () => {
    const stuck: Event[] = [...HAPPY.slice(0, 5), ["OrderNeedsAttention", { failed_steps: ["CapturePayment"] }]];

    expect(states(story(...stuck))).toMatchObject({ CapturePayment: "failed", Attention: "waiting" });
    expect(sagaProgress(story(...stuck)).settled).toBe(false);
    expect(states(story(...stuck, "OrderRetryRequested"))).toMatchObject({ CapturePayment: "active", Attention: "taken" });
    expect(sagaProgress(story(...stuck, "OrderRetryRequested", "PaymentCaptured", "OrderResolved")).settled).toBe(true);
  });

  it("shows a compensation that keeps failing", () => {
    const refused = ["OrderPlaced", "StockReserved", "PaymentAuthorized", "ShipmentRefused"];
    const attention: Event = ["OrderNeedsAttention", { failed_steps: ["VoidPayment"] }];
    const events = story(...refused, rejected("ADDRESS_REFUSED"), "StockReleased", attention);

    expect(states(events)).toMatchObject({ VoidPayment: "failed", ReleaseStock: "taken", Attention: "waiting" });
  });

  it("is the same whatever the order in which the events arrived", () => {
    const events = story(...HAPPY.slice(0, 3), "ShipmentRefused", rejected("ADDRESS_REFUSED"), "PaymentVoided", "StockReleased");

    expect(sagaProgress(events.toReversed())).toEqual(sagaProgress(events));
    expect(sagaProgress([...events, ...events])).toEqual(sagaProgress(events));
  });
});
