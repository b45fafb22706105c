import Button from "@cloudscape-design/components/button";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { errorMessage } from "../api/api-error";
import { messages } from "../messages";
import { cancelOrder, orderQuery } from "./orders-api";

/** Cancels the order, unless it is already decided. The timeline then shows the compensations. */
export function CancelOrderButton({ orderId }: { orderId: string }) {
  const queryClient = useQueryClient();
  const cancelling = useMutation({
    mutationFn: () => cancelOrder(orderId),
    onSettled: () => queryClient.invalidateQueries(orderQuery(orderId)),
  });
  return (
    <SpaceBetween direction="horizontal" size="xs" alignItems="center">
      {cancelling.error && <span role="alert">{errorMessage(cancelling.error)}</span>}
      <Button loading={cancelling.isPending || cancelling.isSuccess} loadingText={messages.order.cancelling} onClick={() => cancelling.mutate()}>
        {messages.order.cancel}
      </Button>
    </SpaceBetween>
  );
}
