import { useQuery } from "@tanstack/react-query";
import { Link } from "react-router";
import { messages } from "../messages";
import type { Order } from "../orders/orders-api";
import { useSandboxProviders } from "../sandbox/sandbox-api";
import { sandboxMessages } from "../sandbox/sandbox-messages";
import { useUser } from "../session/session";
import { tasksQuery } from "./tasks-api";
import { isWaitingForOperator } from "./waiting-order";

interface OperatorLinksProps {
  order: Order;
  /** Undefined until the order's first event is known. */
  customerId: string | undefined;
}

/** Links from an order to the pages of the console. Empty for customers. */
export function OperatorLinks({ order, customerId }: OperatorLinksProps) {
  return useUser()?.isOperator ? <Links order={order} customerId={customerId} /> : null;
}

function Links({ order, customerId }: OperatorLinksProps) {
  const hasTask = useHasTask(order);
  const isBreakable = useSandboxProviders() === true;
  return (
    <>
      {customerId !== undefined && <Link to={`/operations/orders?customer=${customerId}`}>{messages.order.ordersOfCustomer}</Link>}
      {isBreakable && <Link to={`/operations/break-it?order=${order.order_id}`}>{sandboxMessages.breakOrder}</Link>}
      {hasTask && <Link to="/operations/tasks">{messages.order.goToTasks}</Link>}
    </>
  );
}

/**
 * Whether the order has a task. No event says that an operator resolved a lost parcel by hand, so the open tasks decide
 * about an order with a lost parcel.
 */
function useHasTask(order: Order): boolean {
  const isLost = order.shipment?.status === "LOST";
  const tasks = useQuery({ ...tasksQuery, enabled: isLost });
  if (isLost && tasks.data) return tasks.data.some(({ order_id }) => order_id === order.order_id);
  return isWaitingForOperator(order);
}
