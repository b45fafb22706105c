import Button from "@cloudscape-design/components/button";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { messageOf } from "../api/fault";
import { cancelOrder } from "../api/shop-api";

/** Cancels the order, unless another decision is quicker. What follows shows in the timeline. */
export function CancelButton({ orderId }: { orderId: string }) {
  const queries = useQueryClient();
  const cancelling = useMutation({
    mutationFn: () => cancelOrder(orderId),
    onSettled: () => queries.invalidateQueries({ queryKey: ["order", orderId] }),
  });
  return (
    <div className="cancel">
      {cancelling.error && <span role="alert">{messageOf(cancelling.error)}</span>}
      <Button loading={cancelling.isPending || cancelling.isSuccess} loadingText="Cancelling" onClick={() => cancelling.mutate()}>
        Cancel the order
      </Button>
    </div>
  );
}
