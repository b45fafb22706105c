import Button from "@cloudscape-design/components/button";
import { messages } from "../messages";
import { useHasAnsweredBank } from "../sandbox/answered-bank";
import { bankUrl } from "./order-polling";
import type { Order } from "./orders-api";

/** Leads to the page of the bank while the customer must confirm the payment. */
export function ConfirmAtBankButton({ order }: { order: Order }) {
  const url = bankUrl(order);
  const hasAnsweredBank = useHasAnsweredBank();
  if (url === undefined || hasAnsweredBank) return null;
  return (
    <Button variant="primary" href={url}>
      {messages.order.confirmAtBank}
    </Button>
  );
}
