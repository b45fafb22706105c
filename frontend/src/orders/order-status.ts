// Labels, descriptions and indicators for the status, reason and event codes of the API.
import type { StatusIndicatorProps } from "@cloudscape-design/components/status-indicator";
import catalogue from "../../../contracts/events.json";
import { messages } from "../messages";

type Lookup<Value> = Readonly<Partial<Record<string, Value>>>;

const STATUSES: Lookup<{ label: string; description: string }> = messages.order.statuses;
const REASONS: Lookup<{ cause: string; advice?: string }> = messages.order.reasons;
const EVENTS: Lookup<{ meaning: string }> = catalogue;

/** By the status of an order, or of its stock, payment or shipment. A status has the same icon and color everywhere. */
const INDICATORS: Lookup<StatusIndicatorProps.Type> = {
  PLACED: "in-progress",
  AWAITING_PAYMENT: "info",
  IN_REVIEW: "pending",
  CONFIRMED: "success",
  REJECTED: "error",
  CANCELLED: "stopped",
  NEEDS_ATTENTION: "warning",
  RESERVED: "success",
  RELEASED: "stopped",
  ACTION_REQUIRED: "info",
  AUTHORIZED: "success",
  CAPTURED: "success",
  DECLINED: "error",
  VOIDED: "stopped",
  BOOKED: "pending",
  DISPATCHED: "in-progress",
  DELIVERED: "success",
  LOST: "error",
  REFUSED: "error",
};

export const statusLabel = (status: string): string => STATUSES[status]?.label ?? status;

/** The status of the stock, the payment or the shipment in sentence case: "Action required". */
export const partStatusLabel = (status: string): string => status.charAt(0) + status.slice(1).toLowerCase().replaceAll("_", " ");

/** The type of Cloudscape's StatusIndicator. Unknown statuses are shown as in progress. */
export const indicatorType = (status: string): StatusIndicatorProps.Type => INDICATORS[status] ?? "in-progress";

/** What a status means for the customer, why it was reached, and what the customer can do. */
export function statusDescription(status: string, reason?: string): string {
  const advice = reason && REASONS[reason]?.advice;
  return [STATUSES[status]?.description, reason && reasonLabel(reason), advice].filter(Boolean).join(" ");
}

/** Why an order was rejected, in one sentence. */
export const reasonLabel = (reason: string): string => REASONS[reason]?.cause ?? reason;

export const eventDescription = (type: string): string => EVENTS[type]?.meaning ?? "";
