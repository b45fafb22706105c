import Button from "@cloudscape-design/components/button";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { errorMessage } from "../api/api-error";
import { cancelOrder, orderQuery } from "./orders-api";

/** Cancels the order, unless another decision is quicker. What follows shows in the timeline. */
export function CancelButton({ orderId }: { orderId: string }) {
  const queries = useQueryClient();
  const cancelling = useMutation({
    mutationFn: () => cancelOrder(orderId),
    onSettled: () => queries.invalidateQueries(orderQuery(orderId)),
  });
  return (
    <SpaceBetween direction="horizontal" size="xs" alignItems="center">
      {cancelling.error && <span role="alert">{errorMessage(cancelling.error)}</span>}
      <Button loading={cancelling.isPending || cancelling.isSuccess} loadingText="Cancelling" onClick={() => cancelling.mutate()}>
        Cancel the order
      </Button>
    </SpaceBetween>
  );
}
