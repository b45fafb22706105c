import Box from "@cloudscape-design/components/box";
import { messages } from "../messages";
import { formatMoney } from "./format";

interface OrderLinesProps {
  lines: readonly { sku: string; name: string; quantity: number; unit_price: number }[];
  /** In minor units; null if the lines have no total in one currency. */
  total: { amount: number; currency: string } | null;
}

/** The items of an order, one line per product, and the total. */
export function OrderLines({ lines, total }: OrderLinesProps) {
  return (
    <>
      <ul className="lines">
        {lines.map((line) => (
          <li key={line.sku}>
            <span className="item">{messages.common.lineItem(line.quantity, line.name)}</span>
            {total && <span className="amount">{formatMoney(line.unit_price * line.quantity, total.currency)}</span>}
          </li>
        ))}
      </ul>
      {total && <Total {...total} />}
    </>
  );
}

interface TotalProps {
  label?: string;
  /** In minor units. */
  amount: number;
  currency: string;
}

export const Total = ({ label = messages.common.total, amount, currency }: TotalProps) => (
  <div className="total">
    <Box fontSize="heading-m">{label}</Box>
    <Box fontSize="heading-m" fontWeight="bold">
      {formatMoney(amount, currency)}
    </Box>
  </div>
);
