import Box from "@cloudscape-design/components/box";
import SpaceBetween from "@cloudscape-design/components/space-between";
import StatusIndicator from "@cloudscape-design/components/status-indicator";
import { messages } from "../messages";
import type { Order } from "../orders/orders-api";
import { formatMoney, formatTime } from "../shared/format";
import { Hint } from "../shared/hint";
import { Total } from "../shared/order-lines";
import { statusAppearance } from "../shared/status";
import { returnMessages } from "./return-messages";
import type { Return } from "./returnable";

/** The returns of an order, oldest first, and the sum of the refunds. */
export function ReturnList({ order }: { order: Order }) {
  return (
    <SpaceBetween size="s">
      <ol className="lines returns">
        {order.returns.map((each, index) => (
          <ReturnRow key={each.return_id} number={index + 1} of={each} order={order} />
        ))}
      </ol>
      {order.refunded !== undefined && <Total label={returnMessages.refunded} amount={order.refunded} currency={order.currency} />}
    </SpaceBetween>
  );
}

function ReturnRow({ number, of: each, order }: { number: number; of: Return; order: Order }) {
  const names = new Map(order.items.map(({ sku, name }) => [sku, name]));
  const items = each.items.map(({ sku, quantity }) => messages.common.lineItem(quantity, names.get(sku) ?? sku));
  const { label, description } = returnMessages.statuses[each.status];
  return (
    <li data-return={each.return_id} data-status={each.status}>
      <span className="item">
        <strong>{returnMessages.returnNumber(number)}</strong> {items.length > 0 ? items.join(", ") : returnMessages.withoutItems}
        <Hint>
          {formatTime(each.requested_at)} · {each.reason}
        </Hint>
        <StatusIndicator {...statusAppearance(each.needs_attention ? "NEEDS_ATTENTION" : each.status)}>{label}</StatusIndicator>{" "}
        <Box variant="span">{each.needs_attention ? returnMessages.needsAttention : description}</Box>
        {each.comment && <Hint>{returnMessages.comment(each.comment)}</Hint>}
      </span>
      <span className="amount">{formatMoney(each.refund_amount, order.currency)}</span>
    </li>
  );
}
