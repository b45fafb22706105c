import { OperatorLinks } from "../console/operator-links";
import { CancelOrderButton } from "./cancel-order-button";
import { ConfirmAtBankButton } from "./confirm-at-bank-button";
import { isUndecided } from "./order-polling";
import type { Order } from "./orders-api";

interface OrderActionsProps {
  order: Order;
  isOwn: boolean;
  /** Undefined until the order's first event is known. */
  customerId: string | undefined;
}

/**
 * Customers can confirm the payment of their own order, and cancel it until it is decided. Operators see all orders, and
 * resolve tasks on another page.
 */
export function OrderActions({ order, isOwn, customerId }: OrderActionsProps) {
  return (
    <>
      <OperatorLinks order={order} customerId={customerId} />
      {isOwn && isUndecided(order) && <CancelOrderButton orderId={order.order_id} />}
      {isOwn && <ConfirmAtBankButton order={order} />}
    </>
  );
}
