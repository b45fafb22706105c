// The picture and the caption of the saga for every end of an order: those of tests/support/fulfilments.py, the
// cancellations, and the operator's decisions.

import { describe, expect, it } from "vitest";
import { messages } from "../messages";
import type { SagaEvent } from "./event-history";
import { ALL_UNDONE, COMPLETED, failureArrows, sagaArrows, START } from "./saga-arrows";
import { progressSummary, sagaProgress, type State, stateOf } from "./saga-progress";
import { ATTENTION, COMPENSATIONS, FORWARD, STEPS } from "./saga-steps";

type Event = string | [type: string, data: Record<string, unknown>];

/** Events one second apart. The order's total is 3000, and orders of 100000 or more are reviewed. */
function history(events: readonly Event[], total = 3000): SagaEvent[] {
  return events.map((event, second) => {
    const [type, data] = typeof event === "string" ? [event, {}] : event;
    const placed = type === "OrderPlaced" ? { total, currency: "EUR" } : {};
    return { type, data: { ...placed, ...data }, time: `2026-11-20T12:00:${String(second).padStart(2, "0")}.000000Z` };
  });
}

const THRESHOLDS = { EUR: 100_000 };

interface Outcome {
  name: string;
  events: Event[];
  total?: number;
  /** The state of each step that is neither pending nor skipped. */
  shown: Record<string, State>;
  /** The steps that still can run. Every other step of the diagram is skipped. */
  pending?: string[];
  /** The places where the followed arrows end: one for the forward steps, and one for the compensations. */
  followedTo: string[];
  /** The arrow from the step that stopped the saga. */
  stoppedAt?: [from: string, to: string];
  caption: string;
  settled: boolean;
}

const { saga } = messages;
const TO_PAYMENT = ["OrderPlaced", "StockReserved", "PaymentAuthorized"];
const TO_DECISION = [...TO_PAYMENT, "ShipmentBooked", "OrderConfirmed"];
const IN_REVIEW = [...TO_PAYMENT, "OrderReviewRequested"];
const AT_BANK = ["OrderPlaced", "StockReserved", "PaymentActionRequired", "OrderAwaitingPayment"];
const LARGE = 100_000;
const rejected = (reason: string, decided_by = "saga"): Event => ["OrderRejected", { reason, decided_by }];
const attention = (...failed_steps: string[]): Event => ["OrderNeedsAttention", { failed_steps }];
const after = (decision: string, caption: string) => `${decision} ${caption}`;

const DONE: Record<string, State> = { ReserveStock: "completed", AuthorizePayment: "completed", BookShipment: "completed", ConfirmOrder: "completed" };
const NOTHING_HELD: Record<string, State> = { ReserveStock: "compensated", AuthorizePayment: "compensated" };
const UNANSWERED: Record<string, State> = { ReserveStock: "compensated", AuthorizePayment: "unanswered", AwaitPayment: "unanswered" };
const UNDONE: Record<string, State> = { RejectOrder: "completed", VoidPayment: "completed", ReleaseStock: "completed" };

const OUTCOMES: Outcome[] = [
  {
    name: "everything works, the gateway or the capture faults twice",
    events: [...TO_DECISION, "PaymentCaptured"],
    shown: { ...DONE, CapturePayment: "completed" },
    followedTo: [COMPLETED],
    caption: saga.settled,
    settled: true,
  },
  {
    name: "too few in stock",
    events: ["OrderPlaced", "StockReservationRejected", rejected("OUT_OF_STOCK")],
    shown: { ReserveStock: "refused", RejectOrder: "completed" },
    followedTo: ["ReserveStock", ALL_UNDONE],
    stoppedAt: ["ReserveStock", "RejectOrder"],
    caption: after(saga.rejected, saga.nothingToUndo),
    settled: true,
  },
  {
    name: "the card is declined, or the gateway does not know it",
    events: ["OrderPlaced", "StockReserved", "PaymentDeclined", rejected("PAYMENT_DECLINED"), "StockReleased"],
    shown: { ReserveStock: "compensated", AuthorizePayment: "refused", RejectOrder: "completed", ReleaseStock: "completed" },
    followedTo: ["AuthorizePayment", ALL_UNDONE],
    stoppedAt: ["AuthorizePayment", "RejectOrder"],
    caption: after(saga.rejected, saga.undone(1)),
    settled: true,
  },
  {
    name: "the gateway is down: the void is certain to run, but undoes no completed step",
    events: ["OrderPlaced", "StockReserved", rejected("PAYMENT_UNAVAILABLE"), "PaymentVoided", "StockReleased"],
    shown: { ...UNDONE, ReserveStock: "compensated", AuthorizePayment: "failed" },
    followedTo: ["AuthorizePayment", ALL_UNDONE],
    stoppedAt: ["AuthorizePayment", "RejectOrder"],
    caption: after(saga.rejected, saga.undone(1)),
    settled: true,
  },
  {
    name: "the gateway is down, and the void still runs",
    events: ["OrderPlaced", "StockReserved", rejected("PAYMENT_UNAVAILABLE")],
    shown: { ReserveStock: "completed", AuthorizePayment: "failed", RejectOrder: "completed", VoidPayment: "active" },
    pending: ["ReleaseStock"],
    followedTo: ["AuthorizePayment", "VoidPayment"],
    stoppedAt: ["AuthorizePayment", "RejectOrder"],
    caption: after(saga.rejected, saga.undoing),
    settled: false,
  },
  {
    name: "the carrier refuses",
    events: [...TO_PAYMENT, "ShipmentRefused", rejected("ADDRESS_REFUSED"), "PaymentVoided", "StockReleased"],
    shown: { ...NOTHING_HELD, ...UNDONE, BookShipment: "refused" },
    followedTo: ["BookShipment", ALL_UNDONE],
    stoppedAt: ["BookShipment", "RejectOrder"],
    caption: after(saga.rejected, saga.undone(2)),
    settled: true,
  },
  {
    name: "the carrier is down",
    events: [...TO_PAYMENT, rejected("SHIPPING_UNAVAILABLE"), "ShipmentCancelled", "PaymentVoided", "StockReleased"],
    shown: { ...NOTHING_HELD, ...UNDONE, BookShipment: "failed", CancelShipment: "completed" },
    followedTo: ["BookShipment", ALL_UNDONE],
    stoppedAt: ["BookShipment", "RejectOrder"],
    caption: after(saga.rejected, saga.undone(2)),
    settled: true,
  },
  {
    name: "a person must review it",
    events: IN_REVIEW,
    total: LARGE,
    shown: { ReserveStock: "completed", AuthorizePayment: "completed", RequestReview: "waiting" },
    pending: ["BookShipment", "ConfirmOrder", "CapturePayment", "RejectOrder", ...COMPENSATIONS],
    followedTo: ["RequestReview"],
    caption: saga.inReview,
    settled: false,
  },
  {
    name: "a review follows, and is not requested yet",
    events: TO_PAYMENT,
    total: LARGE,
    shown: { ReserveStock: "completed", AuthorizePayment: "completed", RequestReview: "active" },
    pending: ["BookShipment", "ConfirmOrder", "CapturePayment", "RejectOrder", ...COMPENSATIONS],
    followedTo: ["RequestReview"],
    caption: saga.running,
    settled: false,
  },
  {
    name: "no review follows",
    events: TO_PAYMENT,
    shown: { ReserveStock: "completed", AuthorizePayment: "completed", BookShipment: "active" },
    pending: ["ConfirmOrder", "CapturePayment", "RejectOrder", ...COMPENSATIONS],
    followedTo: ["BookShipment"],
    caption: saga.running,
    settled: false,
  },
  {
    name: "an operator approves",
    events: [...IN_REVIEW, "OrderReviewApproved", "ShipmentBooked", "OrderConfirmed", "PaymentCaptured"],
    total: LARGE,
    shown: { ...DONE, RequestReview: "completed", CapturePayment: "completed" },
    followedTo: [COMPLETED],
    caption: saga.settled,
    settled: true,
  },
  {
    name: "an operator refuses",
    events: [...IN_REVIEW, rejected("REVIEW_REJECTED", "operator"), "PaymentVoided", "StockReleased"],
    total: LARGE,
    shown: { ...NOTHING_HELD, ...UNDONE, RequestReview: "refused" },
    followedTo: ["RequestReview", ALL_UNDONE],
    stoppedAt: ["RequestReview", "RejectOrder"],
    caption: after(saga.rejected, saga.undone(2)),
    settled: true,
  },
  {
    name: "no operator answers in time",
    events: [...IN_REVIEW, rejected("REVIEW_TIMED_OUT", "timeout"), "PaymentVoided", "StockReleased"],
    total: LARGE,
    shown: { ...NOTHING_HELD, ...UNDONE, RequestReview: "unanswered" },
    followedTo: ["RequestReview", ALL_UNDONE],
    stoppedAt: ["RequestReview", "RejectOrder"],
    caption: after(saga.rejected, saga.undone(2)),
    settled: true,
  },
  {
    name: "the bank asks the customer, and the wait is not recorded yet",
    events: AT_BANK.slice(0, 3),
    shown: { ReserveStock: "completed", AuthorizePayment: "waiting", AwaitPayment: "active" },
    pending: ["RequestReview", "BookShipment", "ConfirmOrder", "CapturePayment", "RejectOrder", ...COMPENSATIONS],
    followedTo: ["AwaitPayment"],
    caption: saga.running,
    settled: false,
  },
  {
    name: "the customer must confirm the payment at the bank",
    events: AT_BANK,
    shown: { ReserveStock: "completed", AuthorizePayment: "waiting", AwaitPayment: "waiting" },
    pending: ["RequestReview", "BookShipment", "ConfirmOrder", "CapturePayment", "RejectOrder", ...COMPENSATIONS],
    followedTo: ["AwaitPayment"],
    caption: saga.awaitingPayment,
    settled: false,
  },
  {
    name: "the customer approves the payment",
    events: [...AT_BANK, "PaymentAuthorized"],
    shown: { ReserveStock: "completed", AuthorizePayment: "completed", AwaitPayment: "completed", BookShipment: "active" },
    pending: ["ConfirmOrder", "CapturePayment", "RejectOrder", ...COMPENSATIONS],
    followedTo: ["BookShipment"],
    caption: saga.running,
    settled: false,
  },
  {
    name: "the customer approves the payment, and the order is confirmed",
    events: [...AT_BANK, "PaymentAuthorized", "ShipmentBooked", "OrderConfirmed", "PaymentCaptured"],
    shown: { ...DONE, AwaitPayment: "completed", CapturePayment: "completed" },
    followedTo: [COMPLETED],
    caption: saga.settled,
    settled: true,
  },
  {
    name: "the customer approves the payment of an order that a person must review",
    events: [...AT_BANK, "PaymentAuthorized", "OrderReviewRequested"],
    total: LARGE,
    shown: { ReserveStock: "completed", AuthorizePayment: "completed", AwaitPayment: "completed", RequestReview: "waiting" },
    pending: ["BookShipment", "ConfirmOrder", "CapturePayment", "RejectOrder", ...COMPENSATIONS],
    followedTo: ["RequestReview"],
    caption: saga.inReview,
    settled: false,
  },
  {
    name: "the customer approves the payment, and the carrier refuses",
    events: [...AT_BANK, "PaymentAuthorized", "ShipmentRefused", rejected("ADDRESS_REFUSED"), "PaymentVoided", "StockReleased"],
    shown: { ...NOTHING_HELD, ...UNDONE, AwaitPayment: "completed", BookShipment: "refused" },
    followedTo: ["BookShipment", ALL_UNDONE],
    stoppedAt: ["BookShipment", "RejectOrder"],
    caption: after(saga.rejected, saga.undone(2)),
    settled: true,
  },
  {
    name: "the customer declines the payment, and the rejection follows",
    events: [...AT_BANK, "PaymentDeclined"],
    shown: { ReserveStock: "completed", AuthorizePayment: "refused", AwaitPayment: "completed", RejectOrder: "active" },
    pending: COMPENSATIONS,
    followedTo: ["AwaitPayment"],
    stoppedAt: ["AuthorizePayment", "RejectOrder"],
    caption: saga.running,
    settled: false,
  },
  {
    name: "the customer declines the payment",
    events: [...AT_BANK, "PaymentDeclined", rejected("PAYMENT_DECLINED"), "StockReleased"],
    shown: {
      ...{ ReserveStock: "compensated", AuthorizePayment: "refused", AwaitPayment: "completed" },
      ...{ RejectOrder: "completed", ReleaseStock: "completed" },
    },
    followedTo: ["AwaitPayment", ALL_UNDONE],
    stoppedAt: ["AuthorizePayment", "RejectOrder"],
    caption: after(saga.rejected, saga.undone(1)),
    settled: true,
  },
  {
    name: "the payment expires, and the void still runs",
    events: [...AT_BANK, rejected("PAYMENT_EXPIRED")],
    shown: {
      ...{ ReserveStock: "completed", AuthorizePayment: "unanswered", AwaitPayment: "unanswered" },
      ...{ RejectOrder: "completed", VoidPayment: "active" },
    },
    pending: ["ReleaseStock"],
    followedTo: ["AwaitPayment", "VoidPayment"],
    stoppedAt: ["AuthorizePayment", "RejectOrder"],
    caption: after(saga.rejected, saga.undoing),
    settled: false,
  },
  {
    name: "the payment expires: the void is certain to run, but undoes no completed step",
    events: [...AT_BANK, rejected("PAYMENT_EXPIRED"), "PaymentVoided", "StockReleased"],
    shown: { ...UNANSWERED, ...UNDONE },
    followedTo: ["AwaitPayment", ALL_UNDONE],
    stoppedAt: ["AuthorizePayment", "RejectOrder"],
    caption: after(saga.rejected, saga.undone(1)),
    settled: true,
  },
  {
    name: "the gateway is down when it is asked again",
    events: [...AT_BANK, rejected("PAYMENT_UNAVAILABLE"), "PaymentVoided", "StockReleased"],
    shown: { ...UNANSWERED, ...UNDONE, AuthorizePayment: "failed" },
    followedTo: ["AwaitPayment", ALL_UNDONE],
    stoppedAt: ["AuthorizePayment", "RejectOrder"],
    caption: after(saga.rejected, saga.undone(1)),
    settled: true,
  },
  {
    name: "the payment would have to wait, and too many orders are waiting",
    events: [...AT_BANK.slice(0, 3), rejected("TOO_MANY_WAITING"), "PaymentVoided", "StockReleased"],
    shown: { ...UNANSWERED, ...UNDONE, AwaitPayment: "refused" },
    followedTo: ["AwaitPayment", ALL_UNDONE],
    stoppedAt: ["AwaitPayment", "RejectOrder"],
    caption: after(saga.rejected, saga.undone(1)),
    settled: true,
  },
  {
    name: "the customer cancels while the bank waits",
    events: [...AT_BANK, "OrderCancelled", "PaymentVoided", "StockReleased"],
    shown: { ...UNANSWERED, ...UNDONE },
    followedTo: ["AwaitPayment", ALL_UNDONE],
    caption: after(saga.cancelled, saga.undone(1)),
    settled: true,
  },
  {
    name: "our functions fail while the bank waits, and an operator rejects the order",
    events: [...AT_BANK, attention("AuthorizePayment"), rejected("REJECTED_BY_OPERATOR", "operator"), "PaymentVoided", "StockReleased"],
    shown: { ...UNANSWERED, ...UNDONE, RequestAttention: "completed" },
    followedTo: ["AwaitPayment", ALL_UNDONE],
    caption: after(saga.rejected, saga.undone(1)),
    settled: true,
  },
  {
    name: "the customer cancels before the first step",
    events: ["OrderPlaced", "OrderCancelled"],
    shown: { RejectOrder: "completed" },
    followedTo: [ALL_UNDONE],
    caption: after(saga.cancelled, saga.nothingToUndo),
    settled: true,
  },
  {
    name: "the customer cancels during the fulfilment",
    events: ["OrderPlaced", "StockReserved", "OrderCancelled", "StockReleased"],
    shown: { ReserveStock: "compensated", RejectOrder: "completed", ReleaseStock: "completed" },
    followedTo: ["ReserveStock", ALL_UNDONE],
    caption: after(saga.cancelled, saga.undone(1)),
    settled: true,
  },
  {
    name: "the customer cancels before a refusal is decided",
    events: ["OrderPlaced", "StockReserved", "PaymentDeclined", "OrderCancelled", "StockReleased"],
    shown: { ReserveStock: "compensated", AuthorizePayment: "refused", RejectOrder: "completed", ReleaseStock: "completed" },
    followedTo: ["AuthorizePayment", ALL_UNDONE],
    caption: after(saga.cancelled, saga.undone(1)),
    settled: true,
  },
  {
    name: "the customer cancels during the review",
    events: [...IN_REVIEW, "OrderCancelled", "PaymentVoided", "StockReleased"],
    total: LARGE,
    shown: { ...NOTHING_HELD, ...UNDONE, RequestReview: "unanswered" },
    followedTo: ["RequestReview", ALL_UNDONE],
    caption: after(saga.cancelled, saga.undone(2)),
    settled: true,
  },
  {
    name: "capturing is down",
    events: [...TO_DECISION, attention("CapturePayment")],
    shown: { ...DONE, CapturePayment: "failed", RequestAttention: "waiting" },
    followedTo: ["CapturePayment"],
    stoppedAt: ["CapturePayment", "RequestAttention"],
    caption: saga.needsAttention,
    settled: false,
  },
  {
    name: "capturing is down, and an operator retries",
    events: [...TO_DECISION, attention("CapturePayment"), "OrderRetryRequested"],
    shown: { ...DONE, CapturePayment: "active", RequestAttention: "completed" },
    followedTo: ["CapturePayment"],
    caption: saga.confirmed,
    settled: false,
  },
  {
    name: "capturing is down, and an operator resolves it",
    events: [...TO_DECISION, attention("CapturePayment"), "PaymentCaptured", "OrderRetryRequested", "OrderResolved"],
    shown: { ...DONE, CapturePayment: "completed", RequestAttention: "completed" },
    followedTo: [COMPLETED],
    caption: saga.settled,
    settled: true,
  },
  {
    name: "voiding is down",
    events: [...TO_PAYMENT, "ShipmentRefused", rejected("ADDRESS_REFUSED"), "StockReleased", attention("VoidPayment")],
    shown: {
      ...{ ReserveStock: "compensated", AuthorizePayment: "completed", BookShipment: "refused" },
      ...{ RejectOrder: "completed", VoidPayment: "failed", ReleaseStock: "completed", RequestAttention: "waiting" },
    },
    followedTo: ["BookShipment", "ReleaseStock"],
    stoppedAt: ["BookShipment", "RejectOrder"],
    caption: saga.needsAttention,
    settled: false,
  },
  {
    name: "voiding is down, and an operator resolves it",
    events: [
      ...[...TO_PAYMENT, "ShipmentRefused", rejected("ADDRESS_REFUSED"), "StockReleased", attention("VoidPayment")],
      ...["PaymentVoided", "OrderRetryRequested", "OrderResolved"],
    ],
    shown: { ...NOTHING_HELD, ...UNDONE, BookShipment: "refused", RequestAttention: "completed" },
    followedTo: ["BookShipment", ALL_UNDONE],
    stoppedAt: ["BookShipment", "RejectOrder"],
    caption: after(saga.rejected, saga.undone(2)),
    settled: true,
  },
  {
    name: "our functions fail before the decision",
    events: ["OrderPlaced", "StockReserved", attention("AuthorizePayment")],
    shown: { ReserveStock: "completed", AuthorizePayment: "failed", RequestAttention: "waiting" },
    pending: ["AwaitPayment", "RequestReview", "BookShipment", "ConfirmOrder", "CapturePayment", "RejectOrder", ...COMPENSATIONS],
    followedTo: ["AuthorizePayment"],
    stoppedAt: ["AuthorizePayment", "RequestAttention"],
    caption: saga.needsAttention,
    settled: false,
  },
  {
    name: "our functions fail before the decision, and an operator rejects the order",
    events: ["OrderPlaced", "StockReserved", attention("AuthorizePayment"), rejected("REJECTED_BY_OPERATOR", "operator"), "StockReleased"],
    shown: { ReserveStock: "compensated", RejectOrder: "completed", ReleaseStock: "completed", RequestAttention: "completed" },
    followedTo: ["ReserveStock", ALL_UNDONE],
    caption: after(saga.rejected, saga.undone(1)),
    settled: true,
  },
  {
    name: "our functions fail before the decision, and the customer cancels",
    events: ["OrderPlaced", "StockReserved", attention("AuthorizePayment"), "OrderCancelled"],
    shown: { ReserveStock: "completed", RejectOrder: "completed", ReleaseStock: "active", RequestAttention: "completed" },
    followedTo: ["ReserveStock", "ReleaseStock"],
    caption: after(saga.cancelled, saga.undoing),
    settled: false,
  },
  {
    name: "a confirmed order whose earlier events have not arrived yet",
    events: ["OrderPlaced", "StockReserved", "OrderConfirmed"],
    shown: { ...DONE, CapturePayment: "active" },
    followedTo: ["CapturePayment"],
    caption: saga.confirmed,
    settled: false,
  },
];

describe.each(OUTCOMES)("$name", ({ events, total, shown, pending = [], followedTo, stoppedAt, caption, settled }) => {
  const progress = sagaProgress(history(events, total), THRESHOLDS);

  it("shows each step as it is", () => {
    const states = Object.fromEntries(STEPS.map((step) => [step, stateOf(progress, step)]));

    expect(states).toEqual({
      ...Object.fromEntries(STEPS.map((step) => [step, "skipped"])),
      ...Object.fromEntries(pending.map((step) => [step, "pending"])),
      ...shown,
    });
    expect(progress.settled).toBe(settled);
  });

  it("follows the arrows up to its last steps, and no others", () => {
    const followed = sagaArrows(progress).filter(({ isFollowed }) => isFollowed);
    const ends = followed.filter(({ to }) => !followed.some(({ from }) => from === to)).map(({ to }) => to);

    expect(ends).toEqual(followedTo);
    expect(failureArrows(progress)).toEqual(stoppedAt ? [stoppedAt] : []);
  });

  it("shows no forward step in progress after a later step, whichever event arrives last", () => {
    for (const late of events.slice(1)) {
      const partial = sagaProgress(history(events.filter((event) => event !== late), total), THRESHOLDS);
      const active = FORWARD.findIndex(({ name }) => stateOf(partial, name) === "active");
      const later = active === -1 ? [] : STEPS.slice(active + 1).filter((step) => stateOf(partial, step) === "completed");

      expect(later.filter((step) => step !== ATTENTION), `without ${JSON.stringify(late)}`).toEqual([]);
    }
  });

  it("has the caption of its end", () => {
    expect(progressSummary(progress)).toBe(caption);
  });
});

it("draws the arrow to the first step at once", () => {
  expect(sagaArrows(sagaProgress(history(["OrderPlaced"])))[0]).toEqual({ from: START, to: "ReserveStock", isFollowed: true, isUndoing: false });
});
