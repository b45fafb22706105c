"""Cancel the shipment of an order. Compensates book_shipment."""

from carrier import carrier
from kernel.saga_step import Command, Outcome
from shipment import CancellingShipment, Shipment, UndoneShipment, start_cancellation
from shipment_store import shipments


class CancelShipment(Command):
    """`by_hand` is the comment of an operator who cancelled the booking manually. No carrier call is made."""

    by_hand: str | None = None


def cancel_shipment(command: CancelShipment) -> Outcome:
    """Cancel the booking, and store a tombstone that rejects a late book_shipment.

    Returns:
        UNDONE, also if there was no booking.

    Raises:
        CarrierUnavailable: The carrier did not answer. The step answers UNAVAILABLE.
    """
    shipment = shipments().change(
        command.order_id,
        lambda existing: start_cancellation(existing) if existing else UndoneShipment(order_id=command.order_id),
    )
    if isinstance(shipment, CancellingShipment):
        shipment = _cancel(shipment, command)
    return Outcome(outcome=shipment.status)


def _cancel(cancelling: CancellingShipment, command: CancelShipment) -> Shipment:
    if command.by_hand is None:
        carrier().cancel(command.order_id)
    cause = command.cause()

    def record(shipment: Shipment) -> Shipment:
        if not isinstance(shipment, CancellingShipment):
            return shipment
        return shipment.record_cancellation(cause, command.by_hand)

    return shipments().update(cancelling, record)
