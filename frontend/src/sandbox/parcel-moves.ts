import type { ParcelMove } from "./sandbox-api";

export const MOVES: readonly ParcelMove[] = ["dispatched", "delivered", "lost"];

/** The moves that change a shipment with this status. A lost parcel can turn up. */
const POSSIBLE_MOVES: Readonly<Partial<Record<string, readonly ParcelMove[]>>> = {
  BOOKED: MOVES,
  DISPATCHED: ["delivered", "lost"],
  LOST: ["delivered"],
  DELIVERED: [],
};

/** The moves that change the shipment; undefined if the carrier has no parcel. */
export const possibleMoves = (status: string | undefined): readonly ParcelMove[] | undefined => POSSIBLE_MOVES[status ?? ""];

/** Whether the shop has not received the webhook of this move yet: the shipment has a status that the move changes. */
export const isOnItsWay = (move: ParcelMove, status: string | undefined): boolean => possibleMoves(status)?.includes(move) === true;
