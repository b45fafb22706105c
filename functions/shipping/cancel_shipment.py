"""Cancel the shipment of an order. Compensates book_shipment."""

from kernel.saga_step import Command, Outcome

from carrier import carrier
from shipment import Shipment, ShipmentStatus
from shipment_store import shipments


class CancelShipment(Command):
    """`by_hand`: a person has seen to it, and this is their note; the carrier is not called."""

    by_hand: str | None = None


def cancel_shipment(command: CancelShipment) -> Outcome:
    """Cancel what is booked for the order, and leave a tombstone, so that a late book_shipment is refused.

    Returns:
        UNDONE, also where nothing was booked.

    Raises:
        CarrierUnavailable: The carrier did not answer. The step answers UNAVAILABLE.
    """
    shipment = shipments().change(
        command.order_id, lambda first: first.cancelling() if first else Shipment.tombstone(command.order_id)
    )
    if shipment.status is ShipmentStatus.CANCELLING:
        if command.by_hand is None:
            carrier().cancel(command.order_id)
        cause = command.cause()
        shipment = shipments().update(command.order_id, lambda now: now.cancelled(cause, command.by_hand))
    return Outcome(outcome=shipment.status)
