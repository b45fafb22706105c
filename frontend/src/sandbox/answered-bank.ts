import { useQuery } from "@tanstack/react-query";
import { useLocation } from "react-router";
import { bankUrl, NEW_ORDER_RETRY_MS } from "../orders/order-polling";
import { type Order, orderQuery } from "../orders/orders-api";

/** The navigation state that the bank's page passes to the order's page. */
export interface AnsweredBankState {
  hasAnsweredBank?: boolean;
}

/** Whether the customer has just answered the bank. The shop may not know the answer yet. */
export const useHasAnsweredBank = (): boolean => ((useLocation().state ?? {}) as AnsweredBankState).hasAnsweredBank === true;

/** Like `useHasAnsweredBank`. Fetches the order often until the shop knows the answer. */
export function useAnswerOfBank(order: Order): boolean {
  const hasAnsweredBank = useHasAnsweredBank();
  useQuery({ ...orderQuery(order.order_id), refetchInterval: NEW_ORDER_RETRY_MS, enabled: hasAnsweredBank && bankUrl(order) !== undefined });
  return hasAnsweredBank;
}
