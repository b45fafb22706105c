import { ApiError } from "../api/api-error";
import type { Order } from "./orders-api";

const FAST_MS = 600;
const SLOW_MS = 5000;
const ACTIVE_MS = 15_000;
/** A refund can be quiet for longer while the saga retries a step. */
const REFUNDING_MS = 60_000;

/** Milliseconds until the next fetch of an order: short while events arrive, and longer after each quiet period. */
export function refetchDelay(order: Order | undefined, now: number): number {
  if (!order) return FAST_MS;
  // A settled order is polled too, because clocks differ and an event can arrive late.
  const quiet = now - new Date(order.updated_at).getTime();
  if (quiet < (isRefunding(order) ? REFUNDING_MS : ACTIVE_MS)) return FAST_MS;
  return Math.min(SLOW_MS, FAST_MS + quiet / 20);
}

/** Milliseconds until the next fetch after an error; false if another fetch cannot succeed. */
export const refetchDelayAfter = (error: Error): number | false => (error instanceof ApiError && error.isTransient ? SLOW_MS : false);

export const NEW_ORDER_RETRY_MS = 500;
/** The views usually contain a new order after fewer retries. */
const FAST_RETRIES = 30;

/** Whether a new order is still not found, so late that its page says so. */
export const isLate = (failures: number): boolean => failures >= FAST_RETRIES;

/** Milliseconds until a 404 for a new order is retried. The views can be far behind, for example during an outage. */
export const newOrderRetryDelay = (failures: number): number => (isLate(failures) ? SLOW_MS : NEW_ORDER_RETRY_MS);

const DECISIONS = { OrderConfirmed: "confirmed", OrderRejected: "rejected", OrderCancelled: "cancelled" } as const;

/** How the order was decided; undefined until then. */
export const decisionOf = ({ timeline }: Order): string | undefined => Object.entries(DECISIONS).find(([type]) => timeline.some((entry) => entry.type === type))?.[1];

/** Whether the customer can still cancel the order. */
export const isUndecided = (order: Order): boolean => decisionOf(order) === undefined;

/** The page of the bank while the customer must confirm the payment; undefined otherwise. */
export const bankUrl = (order: Order): string | undefined =>
  order.payment?.status === "ACTION_REQUIRED" && isUndecided(order) ? order.payment.action_url : undefined;

/** Whether the saga of a return is about to refund it. */
const isRefunding = ({ returns }: Order): boolean => returns.some(({ status, needs_attention }) => status === "ACCEPTED" && !needs_attention);
