import type { Order } from "../api/shop-api";

const QUICK = 600;
const SLOW = 5000;

/** When to look at an order again, in milliseconds: soon while events come, less and less often in quiet times. */
export function lookAgainIn(order: Order | undefined, now: number): number {
  if (!order) return QUICK;
  const quiet = now - new Date(order.updated_at).getTime();
  // Clocks differ, and an event may come late: a final order is still looked at, at leisure.
  if (quiet < 15_000) return QUICK;
  return Math.min(SLOW, QUICK + quiet / 20);
}

/** An order placed a moment ago shows when its first event has travelled. So long, a 404 may pass. */
export const NOT_YET_ATTEMPTS = 30;
export const NOT_YET_DELAY = 500;

const DECISIONS = ["OrderConfirmed", "OrderRejected", "OrderCancelled"];

/** Whether a customer may still cancel: as long as nothing is decided. */
export const isUndecided = (order: Order): boolean => !order.timeline.some(({ type }) => DECISIONS.includes(type));

/** Whether an operator is asked to decide on it. */
export const waitsForAPerson = ({ status }: Order): boolean => status === "IN_REVIEW" || status === "NEEDS_ATTENTION";
