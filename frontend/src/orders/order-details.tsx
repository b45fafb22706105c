import KeyValuePairs from "@cloudscape-design/components/key-value-pairs";
import SpaceBetween from "@cloudscape-design/components/space-between";
import StatusIndicator from "@cloudscape-design/components/status-indicator";
import { messages } from "../messages";
import { formatTime } from "../shared/format";
import { Hint } from "../shared/hint";
import { OrderLines } from "../shared/order-lines";
import { indicatorType, partStatusLabel } from "./order-status";
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
          { label: messages.order.stock, value: <PartStatus status={order.stock?.status} details={order.stock?.out_of_stock} /> },
          { label: messages.order.payment, value: <PartStatus status={order.payment?.status} details={[order.payment?.payment_method]} /> },
          {
            label: messages.order.shipment,
            value: <PartStatus status={order.shipment?.status} details={[order.shipment?.carrier, order.shipment?.tracking_number]} />,
          },
        ]}
      />
    </SpaceBetween>
  );
}

/** The status of the stock, the payment or the shipment, and its details below it, such as the tracking number. */
function PartStatus({ status, details = [] }: { status: string | undefined; details?: readonly (string | undefined)[] | undefined }) {
  if (!status) return messages.order.notStarted;
  return (
    <>
      <StatusIndicator type={indicatorType(status)}>{partStatusLabel(status)}</StatusIndicator>
      <Hint>{details.filter(Boolean).join(", ")}</Hint>
    </>
  );
}
