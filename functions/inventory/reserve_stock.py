"""Reserve the stock of an order: all lines or none. Saga step; its compensation is release_stock."""

import reservation_store
from kernel.cloud_event import Cause
from kernel.outbox import ConcurrentChange
from kernel.saga_step import Command, Outcome
from reservation_store import OutOfStock, ReservationChanged, reservations
from stock import Reservation, ReservedLine


class ReserveStock(Command):
    items: tuple[ReservedLine, ...]


def reserve_stock(command: ReserveStock) -> Outcome:
    """Reserve the products of the order, at most once per order.

    Returns:
        RESERVED; REJECTED with the reason OUT_OF_STOCK; UNDONE if the compensation ran first.

    Raises:
        ConcurrentChange: Other writers came first at every attempt. Step Functions retries the step.
        ScheduleFull: Too many other transactions change the same product. Step Functions retries the step.
        ClientError: A fault of DynamoDB. Step Functions retries the step.
    """
    cause = command.cause()
    reservation = reservations().load(command.order_id) or _reserve(command, cause)
    return Outcome(outcome=reservation.status, reason="OUT_OF_STOCK" if reservation.status == "REJECTED" else None)


def _reserve(command: ReserveStock, cause: Cause) -> Reservation:
    reservation = Reservation.reserved(command.order_id, command.items, cause)
    try:
        reservation_store.reserve(reservation, cause)
        return reservation
    except OutOfStock as shortage:
        rejected = Reservation.rejected(command.order_id, shortage.skus, cause)
        return reservations().create(rejected)
    except ReservationChanged:
        existing = reservations().load(command.order_id)
        if existing is None:
            raise ConcurrentChange(command.order_id) from None
        return existing
