// Labels and descriptions for the codes of the API: of statuses, reasons and events.
import catalogue from "../../../contracts/events.json";
import { messages } from "../messages";

type Lookup<Value> = Readonly<Partial<Record<string, Value>>>;

const STATUSES: Lookup<{ label: string }> = messages.order.statuses;
const REASONS: Lookup<{ cause: string; advice?: string }> = messages.order.reasons;
const EVENTS: Lookup<{ meaning: string }> = catalogue;

export const statusLabel = (status: string): string => STATUSES[status]?.label ?? status;

/** The status of the stock, the payment or the shipment in sentence case: "Action required". */
export const partStatusLabel = (status: string): string => status.charAt(0) + status.slice(1).toLowerCase().replaceAll("_", " ");

/** Why an order was rejected, in one sentence. */
export const reasonLabel = (reason: string): string => REASONS[reason]?.cause ?? reason;

/** What the customer can do about a rejection; undefined if nothing helps. */
export const reasonAdvice = (reason: string): string | undefined => REASONS[reason]?.advice;

export const eventDescription = (type: string): string => EVENTS[type]?.meaning ?? "";
