import { useQueryClient } from "@tanstack/react-query";
import { errorMessage } from "../api/api-error";
import { type Order, orderQuery } from "../orders/orders-api";
import { useSingleMutation } from "../shared/single-mutation";
import { isOnItsWay, MOVES, possibleMoves } from "./parcel-moves";
import { moveParcel, type ParcelMove, useSandboxProviders } from "./sandbox-api";
import { sandboxMessages } from "./sandbox-messages";
import "./sandbox.css";

/** Plays the carrier of a booked parcel. Shown in the sandbox only. */
export function CarrierPanel({ order }: { order: Order }) {
  const isAvailable = useSandboxProviders();
  const queryClient = useQueryClient();
  const moving = useSingleMutation({
    mutationFn: (move: ParcelMove) => moveParcel(order.order_id, move),
    onSettled: () => queryClient.invalidateQueries(orderQuery(order.order_id)),
  });
  const status = order.shipment?.status;
  const possible = possibleMoves(status);
  if (!isAvailable || !possible) return null;
  return (
    <section className="sandbox" aria-labelledby="sandbox-carrier">
      <div className="stripes" />
      <h2 id="sandbox-carrier">{sandboxMessages.carrier}</h2>
      <p>{sandboxMessages.carrierNotice}</p>
      <div className="buttons">
        {MOVES.map((move) => (
          <button key={move} type="button" disabled={moving.isPending || !possible.includes(move)} onClick={() => moving.mutate(move)}>
            {sandboxMessages.moves[move]}
          </button>
        ))}
      </div>
      <p role="status">{moving.isSuccess && isOnItsWay(moving.variables, status) && sandboxMessages.moved}</p>
      {moving.error && <p role="alert">{errorMessage(moving.error)}</p>}
    </section>
  );
}
