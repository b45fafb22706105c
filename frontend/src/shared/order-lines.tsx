import Box from "@cloudscape-design/components/box";
import { money } from "./format";

interface OrderLinesProps {
  lines: readonly { sku: string; name: string; quantity: number; unit_price: number }[];
  /** In minor units; null if the lines have no total in one currency. */
  total: { amount: number; currency: string } | null;
}

/** What is ordered: a line for each product, and the total. */
export function OrderLines({ lines, total }: OrderLinesProps) {
  return (
    <>
      <ul className="lines">
        {lines.map((line) => (
          <li key={line.sku}>
            <span className="what">
              {line.quantity} × {line.name}
            </span>
            {total && <span className="amount">{money(line.unit_price * line.quantity, total.currency)}</span>}
          </li>
        ))}
      </ul>
      {total && <Total {...total} />}
    </>
  );
}

export const Total = ({ amount, currency }: { amount: number; currency: string }) => (
  <div className="total">
    <Box fontSize="heading-m">Total</Box>
    <Box fontSize="heading-m" fontWeight="bold">
      {money(amount, currency)}
    </Box>
  </div>
);
