import Alert from "@cloudscape-design/components/alert";
import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import { useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { messages } from "../messages";
import { ConfirmDialog } from "../shared/confirm-dialog";
import { ErrorNotice } from "../shared/error-notice";
import { useSingleMutation } from "../shared/single-mutation";
import { decisionOf, isUndecided } from "./order-polling";
import { cancelOrder, type Order, orderQuery } from "./orders-api";

interface CancelOrder {
  /** Cancels the order after a question. It goes when the order is decided, but an open question stays. */
  button: ReactNode;
  /** Why the order was not cancelled. It stays when the button goes, because a decision is what prevents a cancellation. */
  notice: ReactNode;
}

/** Lets a customer cancel their order until it is decided. The timeline then shows the compensations. */
export function useCancelOrder(order: Order): CancelOrder {
  const [isAsking, setAsking] = useState(false);
  const queryClient = useQueryClient();
  const cancelling = useSingleMutation({
    mutationFn: () => cancelOrder(order.order_id),
    onSettled: () => queryClient.invalidateQueries(orderQuery(order.order_id)),
  });
  const cancel = () => {
    setAsking(false);
    cancelling.mutate();
  };
  return {
    button: (
      <>
        {isUndecided(order) && (
          <Button loading={cancelling.isPending || cancelling.isSuccess} loadingText={messages.order.cancelling} onClick={() => setAsking(true)}>
            {messages.order.cancel}
          </Button>
        )}
        {isAsking && (
          <ConfirmDialog
            title={messages.order.cancelQuestion}
            confirm={messages.order.cancel}
            dismiss={messages.order.keep}
            onConfirm={cancel}
            onDismiss={() => setAsking(false)}
          >
            {messages.order.cancelEffect}
          </ConfirmDialog>
        )}
      </>
    ),
    notice: cancelling.error && (
      <Box margin={{ bottom: "l" }}>
        <NotCancelled order={order} error={cancelling.error} />
      </Box>
    ),
  };
}

/** The API's own message is only for an order whose decision the views do not contain yet, and for other errors. */
function NotCancelled({ order, error }: { order: Order; error: Error }) {
  const decision = decisionOf(order);
  if (decision === undefined) return <ErrorNotice error={error} />;
  return (
    <div role="alert">
      <Alert type="warning">{messages.order.tooLateToCancel(decision)}</Alert>
    </div>
  );
}
