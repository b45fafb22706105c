// What the application's codes mean, in words, and how money and time are written.

export const PAYMENT_METHODS = {
  pm_card_visa: "A card that works.",
  pm_card_declined: "The card is declined: the order is rejected, its stock released.",
  pm_gateway_flaky: "The provider fails twice, then answers: the saga retries.",
  pm_gateway_down: "The provider never authorizes: rejected after the retries.",
  pm_capture_flaky: "Taking the money fails twice, then works.",
  pm_capture_down: "Taking the money always fails: a person has to look.",
  pm_void_down: "Works; but the money could not be given back, were the order undone (try it with postal code 00000).",
};

const STATUS = {
  PLACED: "Placed. The services are at work.",
  IN_REVIEW: "A person is reviewing it.",
  CONFIRMED: "Confirmed.",
  REJECTED: "Rejected.",
  CANCELLED: "Cancelled.",
  NEEDS_ATTENTION: "Something kept failing. A person has to look.",
};

const REASON = {
  OUT_OF_STOCK: "There is not enough in stock.",
  PAYMENT_DECLINED: "The card was declined.",
  ADDRESS_REFUSED: "The carrier does not deliver to this address.",
  STOCK_UNAVAILABLE: "The inventory did not answer.",
  PAYMENT_UNAVAILABLE: "The payment provider did not answer.",
  SHIPPING_UNAVAILABLE: "The carrier did not answer.",
  CONFIRMATION_UNAVAILABLE: "The order could not be confirmed.",
  REVIEW_UNAVAILABLE: "The order could not be put into review.",
  REVIEW_REJECTED: "A person reviewed the order and rejected it.",
  REVIEW_TIMED_OUT: "Nobody reviewed the order in time.",
  REJECTED_BY_OPERATOR: "A person rejected the order.",
};

const EVENT = {
  OrderPlaced: "The order is accepted.",
  StockReserved: "The products are set aside.",
  StockReservationRejected: "There is too little in stock.",
  StockReleased: "Undone: the products are back on the shelf.",
  PaymentAuthorized: "The money is held on the card.",
  PaymentDeclined: "The card was declined.",
  PaymentCaptured: "The money is taken.",
  PaymentVoided: "Undone: nothing is held on the card.",
  ShipmentBooked: "The carrier is booked.",
  ShipmentRefused: "The carrier refuses.",
  ShipmentCancelled: "Undone: the carrier will not come.",
  OrderConfirmed: "The decision: from here on only forward.",
  OrderRejected: "The decision: now everything is undone.",
  OrderCancelled: "The customer's decision: now everything is undone.",
  OrderReviewRequested: "A person has to review the order.",
  OrderReviewApproved: "A person lets the order go on.",
  OrderNeedsAttention: "A person has to look.",
  OrderRetryRequested: "A person has the steps that failed done again.",
  OrderResolved: "What needed attention is done.",
};

export const statusInWords = (order) =>
  [STATUS[order.status] ?? order.status, order.reason && (REASON[order.reason] ?? order.reason)].filter(Boolean).join(" ");

export const eventInWords = (type) => EVENT[type] ?? "";

/** `amount` is in minor units; how many make one is the currency's. */
export function money(amount, currency) {
  const format = new Intl.NumberFormat(undefined, { style: "currency", currency });
  return format.format(amount / 10 ** format.resolvedOptions().maximumFractionDigits);
}

export const moment = (time) =>
  new Date(time).toLocaleString(undefined, { dateStyle: "medium", timeStyle: "medium" });
