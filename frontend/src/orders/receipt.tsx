import Container from "@cloudscape-design/components/container";
import CopyToClipboard from "@cloudscape-design/components/copy-to-clipboard";
import Header from "@cloudscape-design/components/header";
import SpaceBetween from "@cloudscape-design/components/space-between";
import StatusIndicator from "@cloudscape-design/components/status-indicator";
import type { ReactNode } from "react";
import { messages } from "../messages";
import { Fact } from "../shared/fact";
import { formatMoney, formatTime, shortOrderNumber } from "../shared/format";
import { Hint } from "../shared/hint";
import { OrderLines } from "../shared/order-lines";
import { paymentMethodName } from "../shared/payment-card";
import { statusAppearance } from "../shared/status";
import { partStatusLabel } from "./order-status";
import { OrderStatusIndicator } from "./order-status-indicator";
import type { Order } from "./orders-api";
import type { PlacedOrder } from "./placed-order";

const PAYMENTS: Readonly<Partial<Record<string, string>>> = messages.order.payments;

interface ReceiptProps {
  order: Order;
  /** The payment method that the customer has chosen; undefined until it is known. */
  paymentMethod: string | undefined;
  /** The shipping address; undefined unless the order was placed in this tab. */
  address: PlacedOrder["address"] | undefined;
}

/** What was bought, how it is paid, and where it goes. Each part keeps its height while events arrive. */
export function Receipt({ order, paymentMethod, address }: ReceiptProps) {
  const { payment, shipment, refunded } = order;
  const parcel = [shipment?.carrier, shipment?.tracking_number].filter(Boolean).join(", ");
  return (
    <Container header={<Header variant="h2">{messages.order.receipt}</Header>}>
      <SpaceBetween size="l">
        <OrderLines lines={order.items} total={{ amount: order.total, currency: order.currency }} />
        <dl className="facts">
          <Fact label={messages.order.orderNumber}>
            <CopyToClipboard
              variant="inline"
              textToCopy={order.order_id}
              textToDisplay={shortOrderNumber(order.order_id)}
              copyButtonAriaLabel={messages.order.copyOrderId}
              copySuccessText={messages.order.copied}
              copyErrorText={messages.order.copyFailed}
            />
          </Fact>
          <Fact label={messages.order.status}>
            <Part value={<OrderStatusIndicator status={order.status} />} hint={messages.order.placedAt(formatTime(order.placed_at))} />
          </Fact>
          <Fact label={messages.order.payment}>
            <Part
              value={
                <StatusIndicator {...statusAppearance(payment?.status ?? "PENDING")}>
                  {PAYMENTS[payment?.status ?? "none"] ?? messages.order.payments.none}
                </StatusIndicator>
              }
              hint={refunded === undefined ? paymentMethodName(paymentMethod) : messages.order.refunded(formatMoney(refunded, order.currency))}
            />
          </Fact>
          <Fact label={messages.order.delivery}>
            <Part
              value={
                <StatusIndicator {...statusAppearance(shipment?.status ?? "PENDING")}>
                  {shipment ? partStatusLabel(shipment.status) : messages.order.notBooked}
                </StatusIndicator>
              }
              hint={parcel}
            />
          </Fact>
          <Fact label={messages.order.shipTo}>{address ? <Address address={address} /> : messages.order.notShown}</Fact>
        </dl>
      </SpaceBetween>
    </Container>
  );
}

/** A value and a line of details below it. The line keeps its place while it is empty. */
const Part = ({ value, hint }: { value: ReactNode; hint: string | undefined }) => (
  <div className="receipt-part">
    {value}
    <Hint>{hint}</Hint>
  </div>
);

function Address({ address: { name, line1, postal_code, city, country } }: { address: PlacedOrder["address"] }) {
  return (
    <address>
      {[name, line1, [postal_code, city].filter(Boolean).join(" "), country].map((line, index) => (
        <span key={index}>{line}</span>
      ))}
    </address>
  );
}
