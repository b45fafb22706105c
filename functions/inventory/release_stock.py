"""Release the reserved stock of an order. Compensates reserve_stock."""

import reservation_store
from kernel.outbox import WRITE_ATTEMPTS, ConcurrentChange
from kernel.saga_step import Command, Outcome
from reservation_store import ReservationChanged, reservations
from stock import Reservation


class ReleaseStock(Command):
    pass


def release_stock(command: ReleaseStock) -> Outcome:
    """Release the reserved stock, and store a tombstone that rejects a late reserve_stock.

    Returns:
        UNDONE, also if nothing was reserved.

    Raises:
        ConcurrentChange: Other writers came first at every attempt. Step Functions retries the step.
        ScheduleFull: Too many other transactions change the same product. Step Functions retries the step.
        ClientError: A fault of DynamoDB. Step Functions retries the step.
    """
    for _ in range(WRITE_ATTEMPTS):
        reservation = reservations().change(
            command.order_id, lambda existing: existing or Reservation.tombstone(command.order_id)
        )
        undone = reservation.undone(command.cause())
        if undone is reservation:
            return Outcome(outcome=reservation.status)
        try:
            reservation_store.release(undone, command.cause())
            return Outcome(outcome=undone.status)
        except ReservationChanged:
            continue
    raise ConcurrentChange(command.order_id)
