import { messages } from "../messages";
import { formatMoney } from "../shared/format";
import { bankUrl } from "./order-polling";
import { reasonAdvice, reasonLabel, statusLabel } from "./order-status";
import type { Order } from "./orders-api";

export interface Headline {
  title: string;
  description: string;
}

type Lookup = Readonly<Partial<Record<string, string>>>;

const TITLES: Lookup = messages.order.headlines;
const PARCELS: Lookup = messages.order.parcels;

/**
 * What the status of an order means for its customer, why it was reached, and what the customer can do.
 *
 * @param hasAnsweredBank - Whether the customer has just answered the bank. The shop may not know the answer yet.
 */
export function orderHeadline(order: Order, hasAnsweredBank = false): Headline {
  const title = TITLES[order.status] ?? statusLabel(order.status);
  return { title, description: describe(order, hasAnsweredBank).filter(Boolean).join(" ") };
}

function describe(order: Order, hasAnsweredBank: boolean): (string | undefined)[] {
  const { status, shipment } = order;
  switch (status) {
    case "PLACED":
      return [messages.order.processing];
    case "AWAITING_PAYMENT":
      if (bankUrl(order) === undefined) return [messages.order.answerReceived];
      return [hasAnsweredBank ? messages.order.answerSent : messages.order.bankAsks(formatMoney(order.total, order.currency))];
    case "IN_REVIEW":
      return [messages.order.inReview];
    case "CONFIRMED":
      if (isRefunded(order)) return [messages.order.fullyRefunded];
      return [PARCELS[shipment?.status ?? "none"] ?? messages.order.parcels.none];
    case "NEEDS_ATTENTION":
      return [keepsFailing(order), messages.order.operatorResolves, ...(has(order, "OrderConfirmed") ? [] : chargeNotes(order))];
    default:
      return [...reasonOf(order), ...chargeNotes(order)];
  }
}

function reasonOf({ reason, stock, items }: Order): (string | undefined)[] {
  if (reason === undefined) return [];
  const names = items.filter(({ sku }) => stock?.out_of_stock?.includes(sku)).map(({ name }) => name);
  return [names.length > 0 ? messages.order.outOfStock(names) : reasonLabel(reason), reasonAdvice(reason)];
}

/** What happened to the customer's money, if the order is not confirmed. Empty if the card was charged. */
function chargeNotes({ payment }: Order): string[] {
  if (payment?.status === "CAPTURED") return [];
  return payment?.status === "AUTHORIZED" ? [messages.order.notCharged, messages.order.holdReleased] : [messages.order.notCharged];
}

/** Whether all of the order is refunded. */
const isRefunded = ({ refunded = 0, total }: Order): boolean => refunded > 0 && refunded >= total;

function keepsFailing(order: Order): string {
  if (has(order, "OrderConfirmed")) return messages.order.keepsFailing.confirmed;
  return has(order, "OrderRejected") || has(order, "OrderCancelled") ? messages.order.keepsFailing.undone : messages.order.keepsFailing.undecided;
}

const has = ({ timeline }: Order, type: string): boolean => timeline.some((entry) => entry.type === type);
