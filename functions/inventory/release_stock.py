"""Release the stock of an order. Compensates reserve_stock."""

import stock_store
from kernel.outbox import ATTEMPTS, ConcurrentChange
from kernel.saga_step import Command, Outcome
from stock import Reservation
from stock_store import ReservationChanged, reservations


class ReleaseStock(Command):
    pass


def release_stock(command: ReleaseStock) -> Outcome:
    """Give back what is held for the order, and leave a tombstone, so that a late reserve_stock is refused.

    Returns:
        UNDONE, also where nothing was reserved.

    Raises:
        ClientError, ConcurrentChange: Step Functions retries.
    """
    for _ in range(ATTEMPTS):
        reservation = reservations().change(
            command.order_id, lambda first: first or Reservation.tombstone(command.order_id)
        )
        undone = reservation.undone(command.cause())
        if undone is reservation:
            return Outcome(outcome=reservation.status)
        try:
            stock_store.release(undone, command.cause())
            return Outcome(outcome=undone.status)
        except ReservationChanged:
            continue
    raise ConcurrentChange(command.order_id)
