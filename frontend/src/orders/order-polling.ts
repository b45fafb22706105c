import type { Order } from "./orders-api";

const FAST = 600;
const SLOW = 5000;

/** Milliseconds until the next fetch of an order: short while events arrive, longer the longer the order is quiet. */
export function refetchDelay(order: Order | undefined, now: number): number {
  if (!order) return FAST;
  const quiet = now - new Date(order.updated_at).getTime();
  // A final order is polled too, slowly: clocks differ, and an event may be late.
  if (quiet < 15_000) return FAST;
  return Math.min(SLOW, FAST + quiet / 20);
}

/** How long a 404 is retried for an order placed a moment ago, until its first event is in the views. */
export const NOT_YET_ATTEMPTS = 30;
export const NOT_YET_DELAY = 500;

const DECISIONS = ["OrderConfirmed", "OrderRejected", "OrderCancelled"];

/** Whether the customer can still cancel, because nothing is decided. */
export const isUndecided = (order: Order): boolean => !order.timeline.some(({ type }) => DECISIONS.includes(type));

/** Whether an operator has to decide. */
export const waitsForAPerson = ({ status }: Order): boolean => status === "IN_REVIEW" || status === "NEEDS_ATTENTION";
