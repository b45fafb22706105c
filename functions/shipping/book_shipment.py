"""Book the shipment of an order. Saga step; compensated by cancel_shipment."""

from kernel.saga_step import Command, Outcome

from carrier import Address, Booked, carrier
from shipment import Shipment, ShipmentStatus
from shipment_store import shipments


class BookShipment(Command):
    shipping_address: Address


def book_shipment(command: BookShipment) -> Outcome:
    """Book the order's transport, once per order.

    Returns:
        BOOKED; REFUSED with the reason ADDRESS_REFUSED; UNDONE after the compensation.

    Raises:
        CarrierUnavailable: The carrier did not answer. The step answers UNAVAILABLE.
    """
    shipment = shipments().change(command.order_id, lambda first: first or Shipment.intended(command.order_id))
    if shipment.status is ShipmentStatus.INTENDED:
        shipment = _book(command)
    if shipment.is_undone:
        return _undo_own_call(shipment)
    if shipment.status is ShipmentStatus.REFUSED:
        return Outcome(outcome="REFUSED", reason="ADDRESS_REFUSED")
    return Outcome(outcome="BOOKED")


def _book(command: BookShipment) -> Shipment:
    answer = carrier().book(command.order_id, command.shipping_address)
    cause = command.cause()

    def record(shipment: Shipment) -> Shipment:
        if isinstance(answer, Booked):
            return shipment.booked(answer.carrier, answer.tracking_number, cause)
        return shipment.refused(answer.reason, cause)

    return shipments().update(command.order_id, record)


def _undo_own_call(shipment: Shipment) -> Outcome:
    """The compensation came first. A call of ours, now or before a crash, may have reached the carrier after it."""
    if shipment.was_intended:
        carrier().cancel(shipment.order_id)
    return Outcome(outcome="UNDONE")
