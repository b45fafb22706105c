"""Put returned items back in stock. Step of refund_return: forward only, never compensated."""

import reservation_store
from kernel.outbox import WRITE_ATTEMPTS, ConcurrentChange
from kernel.saga_step import Command, Outcome
from reservation_store import ReservationChanged, reservations
from stock import ReservationStatus, ReservedLine


class NotReserved(Exception):
    """The order has no stock. No run of the saga causes this, so an operator must investigate."""


class RestockItems(Command):
    return_id: str
    items: tuple[ReservedLine, ...]


def restock_items(command: RestockItems) -> Outcome:
    """Make the items of a return available again, at most once per return.

    Returns:
        RESTOCKED.

    Raises:
        NotReserved: The order has no reserved stock.
        ConcurrentChange: Other writers came first at every attempt. Step Functions retries the step.
        ScheduleFull: Too many other transactions change the same product. Step Functions retries the step.
        ClientError: A fault of DynamoDB. Step Functions retries the step.
    """
    cause = command.cause()
    for _ in range(WRITE_ATTEMPTS):
        reservation = reservations().load(command.order_id)
        if reservation is None or reservation.status is not ReservationStatus.RESERVED:
            raise NotReserved(f"order {command.order_id}: {reservation.status if reservation else 'no reservation'}")
        if command.return_id in reservation.returned:
            return Outcome(outcome="RESTOCKED")
        try:
            restocked = reservation.with_return(command.return_id, command.items, cause)
            reservation_store.restock(restocked, command.items, cause)
            return Outcome(outcome="RESTOCKED")
        except ReservationChanged:
            continue
    raise ConcurrentChange(command.order_id)
