import type { Order } from "./orders-api";
import { moment, money } from "../shared/format";

/** The order's lines, its total, and how far each service is with it. */
export function OrderFacts({ order }: { order: Order }) {
  return (
    <>
      <ul className="lines">
        {order.items.map((line) => (
          <li key={line.sku}>
            <span className="what">
              {line.quantity} × {line.name}
            </span>
            <span className="amount">{money(line.unit_price * line.quantity, order.currency)}</span>
          </li>
        ))}
      </ul>
      <div className="sum">
        <span>Total</span>
        <strong>{money(order.total, order.currency)}</strong>
      </div>
      <dl className="facts">
        <Fact name="Placed">{moment(order.placed_at)}</Fact>
        <Fact name="Stock">{word(order.stock?.status, order.stock?.out_of_stock?.join(", "))}</Fact>
        <Fact name="Payment">{word(order.payment?.status, order.payment?.payment_method)}</Fact>
        <Fact name="Shipment">{word(order.shipment?.status, order.shipment?.tracking_number)}</Fact>
      </dl>
    </>
  );
}

const Fact = ({ name, children }: { name: string; children: string }) => (
  <div>
    <dt>{name}</dt>
    <dd>{children}</dd>
  </div>
);

const word = (status?: string, more?: string): string =>
  status ? status.toLowerCase() + (more ? ` (${more})` : "") : "nothing yet";
