import Alert from "@cloudscape-design/components/alert";
import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import { messages } from "../messages";
import { formatMoney } from "../shared/format";
import type { Order } from "./orders-api";

interface PaymentConfirmationProps {
  order: Order;
  /** The page of the bank. */
  url: string;
  /** Whether the customer has answered there, and the shop does not know it yet. */
  isAnswered: boolean;
}

/** Leads the customer to the bank, which asks for a confirmation of the payment. */
export function PaymentConfirmation({ order, url, isAnswered }: PaymentConfirmationProps) {
  return (
    <Box margin={{ top: "m" }}>
      <div role="status">
        {isAnswered ? (
          <Alert type="info">{messages.order.bankAnswered}</Alert>
        ) : (
          <Alert
            type="info"
            action={
              <Button variant="primary" href={url}>
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
