import type { ReactNode } from "react";
import { OperatorLinks } from "../console/operator-links";
import { ConfirmAtBankButton } from "./confirm-at-bank-button";
import type { Order } from "./orders-api";

interface OrderActionsProps {
  order: Order;
  isOwn: boolean;
  /** Undefined until the order's first event is known. */
  customerId: string | undefined;
  cancelButton: ReactNode;
}

/**
 * Customers can confirm the payment of their own order, and cancel it until it is decided. Operators see all orders, and
 * resolve tasks on another page.
 */
export function OrderActions({ order, isOwn, customerId, cancelButton }: OrderActionsProps) {
  return (
    <>
      <OperatorLinks order={order} customerId={customerId} />
      {isOwn && cancelButton}
      {isOwn && <ConfirmAtBankButton order={order} />}
    </>
  );
}
