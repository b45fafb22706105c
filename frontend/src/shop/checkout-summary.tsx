import { messages } from "../messages";
import { formatMoney } from "../shared/format";
import { Hint } from "../shared/hint";
import { Total } from "../shared/order-lines";
import type { BasketLine } from "./basket";
import { ProductImage } from "./product-image";
import { QuantityStepper } from "./quantity-stepper";
import { useReviewThresholds } from "./review-thresholds";
import { StockWarning } from "./stock-warning";

/** In minor units; null if the lines have no total in one currency. */
type BasketTotal = { amount: number; currency: string } | null;

interface CheckoutSummaryProps {
  lines: readonly BasketLine[];
  total: BasketTotal;
  /** Whether the quantities cannot change: the order is being placed, or the sandbox orders more than the shop has. */
  isFixed: boolean;
}

/** What the customer is about to order, with quantities that can still change, and the total. */
export function CheckoutSummary({ lines, total, isFixed }: CheckoutSummaryProps) {
  return (
    <>
      <ul className="lines">
        {lines.map((line) => (
          <li key={line.sku}>
            <ProductImage sku={line.sku} />
            <div className="item">
              {line.name}
              <StockWarning line={line} />
            </div>
            <QuantityStepper {...line} disabled={isFixed} />
            <span className="amount">{formatMoney(line.unit_price * line.quantity, line.currency)}</span>
          </li>
        ))}
      </ul>
      {total && (
        <div aria-live="polite">
          <Total {...total} />
        </div>
      )}
    </>
  );
}

/** Says from which total orders are reviewed. Put it last, because it appears only after the configuration is loaded. */
export function ReviewNote({ total }: { total: BasketTotal }) {
  const threshold = useReviewThresholds()[total?.currency ?? ""];
  return total && threshold !== undefined && <Hint>{messages.checkout.reviewedFirst(formatMoney(threshold, total.currency))}</Hint>;
}
