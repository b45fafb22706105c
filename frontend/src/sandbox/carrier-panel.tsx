import Button from "@cloudscape-design/components/button";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useQueryClient } from "@tanstack/react-query";
import { errorMessage } from "../api/api-error";
import { messages } from "../messages";
import { type Order, orderQuery } from "../orders/orders-api";
import { useSingleMutation } from "../shared/single-mutation";
import { moveParcel, type ParcelMove, useSandboxProviders } from "./sandbox-api";

const MOVES: readonly ParcelMove[] = ["dispatched", "delivered", "lost"];

/** The moves that change a shipment with this status. A lost parcel can turn up. */
const POSSIBLE_MOVES: Readonly<Partial<Record<string, readonly ParcelMove[]>>> = {
  BOOKED: MOVES,
  DISPATCHED: ["delivered", "lost"],
  LOST: ["delivered"],
  DELIVERED: [],
};

/** Plays the carrier of a booked parcel. Shown in the sandbox only. */
export function CarrierPanel({ order }: { order: Order }) {
  const isAvailable = useSandboxProviders();
  const queryClient = useQueryClient();
  const moving = useSingleMutation({
    mutationFn: (move: ParcelMove) => moveParcel(order.order_id, move),
    onSettled: () => queryClient.invalidateQueries(orderQuery(order.order_id)),
  });
  const possible = POSSIBLE_MOVES[order.shipment?.status ?? ""];
  if (!isAvailable || !possible) return null;
  return (
    <section className="sandbox" aria-labelledby="sandbox-carrier">
      <div className="stripes" />
      <h2 id="sandbox-carrier">{messages.sandbox.carrier}</h2>
      <p>{messages.sandbox.carrierNotice}</p>
      <SpaceBetween size="xs" direction="horizontal">
        {MOVES.map((move) => (
          <Button key={move} disabled={moving.isPending || !possible.includes(move)} onClick={() => moving.mutate(move)}>
            {messages.sandbox.moves[move]}
          </Button>
        ))}
      </SpaceBetween>
      <p role="status">{moving.isSuccess && messages.sandbox.moved}</p>
      {moving.error && <p role="alert">{errorMessage(moving.error)}</p>}
    </section>
  );
}
