import Box from "@cloudscape-design/components/box";
import SpaceBetween from "@cloudscape-design/components/space-between";
import StatusIndicator, { type StatusIndicatorProps } from "@cloudscape-design/components/status-indicator";
import { messages } from "../messages";
import type { Order } from "../orders/orders-api";
import { formatMoney, formatTime } from "../shared/format";
import { Hint } from "../shared/hint";
import { Total } from "../shared/order-lines";
import type { Return } from "./returnable";

const INDICATORS: Record<Return["status"], StatusIndicatorProps.Type> = {
  REQUESTED: "pending",
  REFUSED: "error",
  ACCEPTED: "in-progress",
  COMPLETED: "success",
};

/** The returns of an order, oldest first, and the sum of the refunds. */
export function ReturnList({ order }: { order: Order }) {
  return (
    <SpaceBetween size="s">
      <ol className="lines returns">
        {order.returns.map((each, index) => (
          <ReturnRow key={each.return_id} number={index + 1} of={each} order={order} />
        ))}
      </ol>
      {order.refunded !== undefined && <Total label={messages.returns.refunded} amount={order.refunded} currency={order.currency} />}
    </SpaceBetween>
  );
}

function ReturnRow({ number, of: each, order }: { number: number; of: Return; order: Order }) {
  const names = new Map(order.items.map(({ sku, name }) => [sku, name]));
  const items = each.items.map(({ sku, quantity }) => messages.common.lineItem(quantity, names.get(sku) ?? sku));
  const { label, description } = messages.returns.statuses[each.status];
  return (
    <li data-return={each.return_id} data-status={each.status}>
      <span className="item">
        <strong>{messages.returns.returnNumber(number)}</strong> {items.length > 0 ? items.join(", ") : messages.returns.withoutItems}
        <Hint>
          {formatTime(each.requested_at)} · {each.reason}
        </Hint>
        <StatusIndicator type={each.needs_attention ? "warning" : INDICATORS[each.status]}>{label}</StatusIndicator>{" "}
        <Box variant="span">{each.needs_attention ? messages.returns.needsAttention : description}</Box>
        {each.comment && <Hint>{messages.returns.comment(each.comment)}</Hint>}
      </span>
      <span className="amount">{formatMoney(each.refund_amount, order.currency)}</span>
    </li>
  );
}
