import KeyValuePairs from "@cloudscape-design/components/key-value-pairs";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { messages } from "../messages";
import { formatTime } from "../shared/format";
import { OrderLines } from "../shared/order-lines";
import type { Order } from "./orders-api";

/** The items of the order, its total, and the status of its stock, payment and shipment. */
export function OrderDetails({ order }: { order: Order }) {
  return (
    <SpaceBetween size="l">
      <OrderLines lines={order.items} total={{ amount: order.total, currency: order.currency }} />
      <KeyValuePairs
        columns={2}
        items={[
          { label: messages.order.placed, value: formatTime(order.placed_at) },
          { label: messages.order.stock, value: statusText(order.stock?.status, order.stock?.out_of_stock?.join(", ")) },
          { label: messages.order.payment, value: statusText(order.payment?.status, order.payment?.payment_method) },
          { label: messages.order.shipment, value: statusText(order.shipment?.status, order.shipment?.tracking_number) },
        ]}
      />
    </SpaceBetween>
  );
}

/** A status of the API in sentence case, with a detail in brackets: `Booked (TRACK-1)`. */
function statusText(status?: string, detail?: string): string {
  if (!status) return messages.order.notStarted;
  const text = status.charAt(0) + status.slice(1).toLowerCase().replaceAll("_", " ");
  return detail ? `${text} (${detail})` : text;
}
