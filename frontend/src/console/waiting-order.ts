import type { Order } from "../orders/orders-api";

/** Whether an operator has a task for the order, for its parcel or for one of its returns. */
export const isWaitingForOperator = ({ status, shipment, returns }: Order): boolean =>
  status === "IN_REVIEW" ||
  status === "NEEDS_ATTENTION" ||
  (shipment?.status === "LOST" && !returns.some(({ items }) => items.length === 0)) ||
  returns.some((each) => each.status === "REQUESTED" || each.needs_attention);
