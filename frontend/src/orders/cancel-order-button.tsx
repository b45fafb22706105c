import Button from "@cloudscape-design/components/button";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { errorMessage } from "../api/api-error";
import { messages } from "../messages";
import { ConfirmDialog } from "../shared/confirm-dialog";
import { useSingleMutation } from "../shared/single-mutation";
import { cancelOrder, orderQuery } from "./orders-api";

/** Cancels the order after a question, unless it is already decided. The timeline then shows the compensations. */
export function CancelOrderButton({ orderId }: { orderId: string }) {
  const [isAsking, setAsking] = useState(false);
  const queryClient = useQueryClient();
  const cancelling = useSingleMutation({
    mutationFn: () => cancelOrder(orderId),
    onSettled: () => queryClient.invalidateQueries(orderQuery(orderId)),
  });
  const cancel = () => {
    setAsking(false);
    cancelling.mutate();
  };
  return (
    <SpaceBetween direction="horizontal" size="xs" alignItems="center">
      {cancelling.error && <span role="alert">{errorMessage(cancelling.error)}</span>}
      <Button loading={cancelling.isPending || cancelling.isSuccess} loadingText={messages.order.cancelling} onClick={() => setAsking(true)}>
        {messages.order.cancel}
      </Button>
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
    </SpaceBetween>
  );
}
