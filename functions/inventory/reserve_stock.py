"""Reserve the stock of an order: all of its lines, or none. Saga step; compensated by release_stock."""

import stock_store
from kernel.cloud_event import Cause
from kernel.outbox import ConcurrentChange
from kernel.saga_step import Command, Outcome
from stock import Reservation, ReservedLine
from stock_store import OutOfStock, ReservationChanged, reservations


class ReserveStock(Command):
    items: tuple[ReservedLine, ...]


def reserve_stock(command: ReserveStock) -> Outcome:
    """Hold the order's products back, once per order.

    Returns:
        RESERVED; REJECTED with the reason OUT_OF_STOCK; UNDONE after the compensation.

    Raises:
        ClientError, ConcurrentChange: Step Functions retries.
    """
    cause = command.cause()
    reservation = reservations().load(command.order_id) or _reserve(command, cause)
    return Outcome(outcome=reservation.status, reason="OUT_OF_STOCK" if reservation.status == "REJECTED" else None)


def _reserve(command: ReserveStock, cause: Cause) -> Reservation:
    wanted = Reservation.reserved(command.order_id, command.items, cause)
    try:
        stock_store.reserve(wanted, cause)
        return wanted
    except OutOfStock as shortage:
        rejected = Reservation.rejected(command.order_id, shortage.skus, cause)
        return reservations().change(command.order_id, lambda first: first or rejected)
    except ReservationChanged:
        first = reservations().load(command.order_id)
        if first is None:
            raise ConcurrentChange(command.order_id) from None
        return first
