import StatusIndicator from "@cloudscape-design/components/status-indicator";
import { type BasketLine, stockWarning } from "./basket";

/** Says that the shop has fewer pieces than the customer wants. The saga would reject such an order. */
export function StockWarning({ line }: { line: BasketLine }) {
  const warning = stockWarning(line);
  return <div aria-live="polite">{warning && <StatusIndicator type="warning">{warning}</StatusIndicator>}</div>;
}
