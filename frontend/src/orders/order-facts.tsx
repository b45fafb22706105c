import KeyValuePairs from "@cloudscape-design/components/key-value-pairs";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { moment } from "../shared/format";
import { OrderLines } from "../shared/order-lines";
import type { Order } from "./orders-api";

/** The order's lines, its total, and how far each service is with it. */
export function OrderFacts({ order }: { order: Order }) {
  return (
    <SpaceBetween size="l">
      <OrderLines lines={order.items} total={{ amount: order.total, currency: order.currency }} />
      <KeyValuePairs
        columns={2}
        items={[
          { label: "Placed", value: moment(order.placed_at) },
          { label: "Stock", value: word(order.stock?.status, order.stock?.out_of_stock?.join(", ")) },
          { label: "Payment", value: word(order.payment?.status, order.payment?.payment_method) },
          { label: "Shipment", value: word(order.shipment?.status, order.shipment?.tracking_number) },
        ]}
      />
    </SpaceBetween>
  );
}

const word = (status?: string, more?: string): string =>
  status ? status.toLowerCase() + (more ? ` (${more})` : "") : "nothing yet";
