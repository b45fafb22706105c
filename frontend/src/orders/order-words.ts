// What the API's codes mean, in words.

import catalogue from "../../../contracts/events.json";

// Beside the status itself. A rejected order has a reason to tell.
const STATUS: Record<string, string> = {
  PLACED: "The services are at work.",
  IN_REVIEW: "It is large, so a person looks at it first.",
  CONFIRMED: "It is decided: the order comes.",
  CANCELLED: "It was called off in time.",
  NEEDS_ATTENTION: "Something kept failing. A person has to look.",
};

const SHORT_STATUS: Record<string, string> = {
  PLACED: "Placed",
  IN_REVIEW: "In review",
  CONFIRMED: "Confirmed",
  REJECTED: "Rejected",
  CANCELLED: "Cancelled",
  NEEDS_ATTENTION: "Needs attention",
};

export type Mood = "success" | "error" | "warning" | "pending" | "stopped" | "in-progress";

const MOOD: Record<string, Mood> = {
  PLACED: "in-progress",
  IN_REVIEW: "pending",
  CONFIRMED: "success",
  REJECTED: "error",
  CANCELLED: "stopped",
  NEEDS_ATTENTION: "warning",
};

const REASON: Record<string, string> = {
  OUT_OF_STOCK: "There is not enough in stock.",
  PAYMENT_DECLINED: "The card was declined.",
  UNKNOWN_PAYMENT_METHOD: "The payment provider does not know this card.",
  ADDRESS_REFUSED: "The carrier does not deliver to this address.",
  PAYMENT_UNAVAILABLE: "The payment provider did not answer.",
  SHIPPING_UNAVAILABLE: "The carrier did not answer.",
  TOO_MANY_WAITING: "Too many of your orders wait for a review. Wait until one is decided, or cancel one.",
  REVIEW_REJECTED: "A person reviewed the order and rejected it.",
  REVIEW_TIMED_OUT: "Nobody reviewed the order in time.",
  REJECTED_BY_OPERATOR: "A person rejected the order.",
};

const EVENT: Readonly<Partial<Record<string, { meaning: string }>>> = catalogue;

export const reasonInWords = (reason: string): string => REASON[reason] ?? reason;

export const statusInWords = (status: string, reason?: string): string =>
  [STATUS[status], reason && reasonInWords(reason)].filter(Boolean).join(" ");

export const shortStatus = (status: string): string => SHORT_STATUS[status] ?? status;

/** How a status feels; unknown ones are on their way. */
export const moodOf = (status: string): Mood => MOOD[status] ?? "in-progress";

export const eventInWords = (type: string): string => EVENT[type]?.meaning ?? "";
