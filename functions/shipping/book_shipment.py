"""Book the shipment of an order. Saga step; its compensation is cancel_shipment."""

from carrier import Address, Booked, carrier
from kernel.saga_step import Command, Outcome
from shipment import CancellingShipment, IntendedShipment, RefusedShipment, Shipment, UndoneShipment
from shipment_store import shipments


class BookShipment(Command):
    shipping_address: Address


def book_shipment(command: BookShipment) -> Outcome:
    """Book the shipment with the carrier, at most once per order.

    Returns:
        BOOKED; REFUSED with the reason ADDRESS_REFUSED; UNDONE if the compensation ran first.

    Raises:
        CarrierUnavailable: The carrier did not answer. The step answers UNAVAILABLE.
    """
    intended = IntendedShipment(order_id=command.order_id)
    shipment = shipments().create(intended)
    if isinstance(shipment, IntendedShipment):
        shipment = _book(shipment, command)
    match shipment:
        case RefusedShipment():
            return Outcome(outcome="REFUSED", reason="ADDRESS_REFUSED")
        case CancellingShipment() | UndoneShipment():
            return _cancel_late_call(shipment)
        case _:
            return Outcome(outcome="BOOKED")


def _book(intended: IntendedShipment, command: BookShipment) -> Shipment:
    answer = carrier().book(command.order_id, command.shipping_address)
    cause = command.cause()

    def record(shipment: Shipment) -> Shipment:
        if not isinstance(shipment, IntendedShipment):
            return shipment
        if isinstance(answer, Booked):
            return shipment.record_booking(answer.carrier, answer.tracking_number, cause)
        return shipment.record_refusal(answer.reason, cause)

    return shipments().update(intended, record)


def _cancel_late_call(shipment: CancellingShipment | UndoneShipment) -> Outcome:
    """Cancel again, because this step's booking may have reached the carrier after the compensation."""
    if shipment.was_intended:
        carrier().cancel(shipment.order_id)
    return Outcome(outcome="UNDONE")
