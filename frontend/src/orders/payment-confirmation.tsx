import Alert from "@cloudscape-design/components/alert";
import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import { messages } from "../messages";
import { formatMoney } from "../shared/format";
import type { Order } from "./orders-api";

interface PaymentConfirmationProps {
  order: Order;
  /** The page of the bank; undefined if the shop does not wait for an answer of the bank. */
  bankUrl: string | undefined;
  /** Whether the customer has just answered there. */
  isAnswered: boolean;
}

/**
 * Leads the customer to the bank, which asks for a confirmation of the payment. Stays visible after the answer, because
 * the page below would otherwise move when the answer arrives.
 */
export function PaymentConfirmation({ order, bankUrl, isAnswered }: PaymentConfirmationProps) {
  if (bankUrl === undefined && !isAnswered) return null;
  return (
    <Box margin={{ top: "m" }}>
      <div role="status">
        {isAnswered ? (
          <Alert type="info">{bankUrl === undefined ? messages.order.answerReceived : messages.order.answerSent}</Alert>
        ) : (
          <Alert
            type="info"
            action={
              <Button variant="primary" href={bankUrl}>
                {messages.order.confirmAtBank}
              </Button>
            }
          >
            {messages.order.bankAsks(formatMoney(order.total, order.currency))}
          </Alert>
        )}
      </div>
    </Box>
  );
}
