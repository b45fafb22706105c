import { describe, expect, it } from "vitest";
import { type Happening, progressInWords, sagaProgress, stateOf } from "./saga-progress";
import { EVENTS, FORWARD, forwardSteps, STEPS } from "./saga-steps";

type Event = string | [type: string, data: Record<string, unknown>];

/** Events one second apart. */
function story(...events: Event[]): Happening[] {
  return events.map((event, second) => {
    const [type, data] = typeof event === "string" ? [event, {}] : event;
    return { type, data, time: `2026-11-20T12:00:${String(second).padStart(2, "0")}.000000Z` };
  });
}

function states(events: Happening[]): Record<string, string> {
  const progress = sagaProgress(events);
  const shown = STEPS.map((step) => [step, stateOf(progress, step)] as const);
  return Object.fromEntries(shown.filter(([, state]) => state !== "pending"));
}

const HAPPY = ["OrderPlaced", "StockReserved", "PaymentAuthorized", "ShipmentBooked", "OrderConfirmed", "PaymentCaptured"];
const rejected = (reason: string): Event => ["OrderRejected", { reason }];

describe("the saga's steps", () => {
  it("are those of the definition that the catalogue has an event of", () => {
    const steps = Object.fromEntries(FORWARD.map(({ name, compensation, isOptional }) => [name, [compensation?.name, isOptional]]));

    expect(steps).toMatchObject({
      ReserveStock: ["ReleaseStock", false],
      AuthorizePayment: ["VoidPayment", false],
      RequestReview: [undefined, true],
      BookShipment: ["CancelShipment", false],
      ConfirmOrder: [undefined, false],
      CapturePayment: [undefined, false],
    });
  });

  it("gain what is added to both", () => {
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

    expect(forwardSteps("Gift ordered?", states, events)).toMatchObject([
      { name: "WrapGift", done: "GiftWrapped", isOptional: true, compensation: { name: "UnwrapGift", done: "GiftUnwrapped" } },
      { name: "ConfirmOrder", isOptional: false },
    ]);
  });
});

describe("the picture of the saga", () => {
  it("starts with the first step under way", () => {
    expect(states(story("OrderPlaced"))).toEqual({ ReserveStock: "active", RequestAttention: "skipped" });
  });

  it("moves one step with each event", () => {
    expect(states(story("OrderPlaced", "StockReserved"))).toMatchObject({ ReserveStock: "taken", AuthorizePayment: "active" });
    expect(states(story("OrderPlaced", "StockReserved", "PaymentAuthorized"))).toMatchObject({ BookShipment: "active" });
  });

  it("ends with every step taken, and no compensation needed", () => {
    const progress = sagaProgress(story(...HAPPY));

    expect(progress.settled).toBe(true);
    expect(states(story(...HAPPY))).toMatchObject({
      ...{ ReserveStock: "taken", AuthorizePayment: "taken", RequestReview: "skipped", BookShipment: "taken" },
      ...{ ConfirmOrder: "taken", CapturePayment: "taken", RejectOrder: "skipped", RequestAttention: "skipped" },
      ...{ CancelShipment: "skipped", VoidPayment: "skipped", ReleaseStock: "skipped" },
    });
  });

  it("marks the refused step, and the decision as what comes next", () => {
    expect(states(story("OrderPlaced", "StockReserved", "PaymentDeclined"))).toMatchObject({
      AuthorizePayment: "refused",
      RejectOrder: "active",
      BookShipment: "skipped",
    });
  });

  it("marks as undone what was done and compensated, and skips what had nothing to undo", () => {
    const events = story("OrderPlaced", "StockReserved", "PaymentDeclined", rejected("PAYMENT_DECLINED"), "StockReleased");

    expect(states(events)).toMatchObject({
      ...{ ReserveStock: "undone", AuthorizePayment: "refused", BookShipment: "skipped" },
      ...{ RejectOrder: "taken", CancelShipment: "skipped", VoidPayment: "skipped", ReleaseStock: "taken" },
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

    expect(states(story(...asked))).toMatchObject({ RequestReview: "waiting" });
    expect(Object.values(states(story(...asked)))).not.toContain("active");
    expect(states(story(...asked, "OrderReviewApproved"))).toMatchObject({ RequestReview: "taken", BookShipment: "active" });
    expect(states(story(...asked, "OrderCancelled"))).toMatchObject({ RequestReview: "refused", VoidPayment: "active" });
  });

  it("shows the step that kept failing until a person has had it done", () => {
    const stuck: Event[] = [...HAPPY.slice(0, 5), ["OrderNeedsAttention", { failed_steps: ["CapturePayment"] }]];

    expect(states(story(...stuck))).toMatchObject({ CapturePayment: "failed", RequestAttention: "waiting" });
    expect(sagaProgress(story(...stuck)).settled).toBe(false);
    expect(states(story(...stuck, "OrderRetryRequested"))).toMatchObject({ CapturePayment: "active", RequestAttention: "taken" });
    expect(sagaProgress(story(...stuck, "OrderRetryRequested", "PaymentCaptured", "OrderResolved")).settled).toBe(true);
  });

  it("shows a compensation that keeps failing", () => {
    const refused = ["OrderPlaced", "StockReserved", "PaymentAuthorized", "ShipmentRefused"];
    const attention: Event = ["OrderNeedsAttention", { failed_steps: ["VoidPayment"] }];
    const events = story(...refused, rejected("ADDRESS_REFUSED"), "StockReleased", attention);

    expect(states(events)).toMatchObject({ VoidPayment: "failed", ReleaseStock: "taken", RequestAttention: "waiting" });
  });

  it("is the same whatever the order in which the events arrived", () => {
    const events = story(...HAPPY.slice(0, 3), "ShipmentRefused", rejected("ADDRESS_REFUSED"), "PaymentVoided", "StockReleased");

    expect(sagaProgress(events.toReversed())).toEqual(sagaProgress(events));
    expect(sagaProgress([...events, ...events])).toEqual(sagaProgress(events));
  });
});
