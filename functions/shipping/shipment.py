"""The shipment of an order: booked with a carrier, or cancelled. Pure: imports nothing from AWS or a carrier."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from kernel.cloud_event import Cause, EventData
from kernel.state_with_events import StateWithEvents

SOURCE = "shipping"


class ShipmentBooked(EventData):
    """`tracking_number` is a number of `carrier`. Version 1 has no `carrier`."""

    schema_version: ClassVar[int] = 2

    carrier: str
    tracking_number: str


class ShipmentRefused(EventData):
    reason: str


class ShipmentCancelled(EventData):
    """The carrier has no booking. `by_hand` is the comment of an operator who cancelled it manually."""

    by_hand: str | None = None


class _RequestedShipment(StateWithEvents):
    """A shipment that the saga requested. The command contains the address, and only the carrier stores it."""

    source: ClassVar[str] = SOURCE
    was_intended: bool = True


class IntendedShipment(_RequestedShipment):
    """A semantic lock: the step may have called the carrier, but has not recorded the answer. Emits no event."""

    status: Literal["INTENDED"] = "INTENDED"

    def record_booking(self, carrier: str, tracking_number: str, cause: Cause) -> "BookedShipment":
        """Record the booking."""
        event = ShipmentBooked(carrier=carrier, tracking_number=tracking_number)
        return self.transition_to(
            BookedShipment, carrier=carrier, tracking_number=tracking_number, events=self.events_with(event, cause)
        )

    def record_refusal(self, reason: str, cause: Cause) -> "RefusedShipment":
        """Record that the carrier refused the booking."""
        event = ShipmentRefused(reason=reason)
        return self.transition_to(RefusedShipment, refusal_reason=reason, events=self.events_with(event, cause))


class BookedShipment(_RequestedShipment):
    """The carrier accepted the booking."""

    status: Literal["BOOKED"] = "BOOKED"
    carrier: str
    tracking_number: str


class RefusedShipment(_RequestedShipment):
    """The carrier does not deliver to the address."""

    status: Literal["REFUSED"] = "REFUSED"
    refusal_reason: str


class CancellingShipment(_RequestedShipment):
    """A tombstone that rejects a late booking. The carrier may still have a booking."""

    status: Literal["CANCELLING"] = "CANCELLING"

    def record_cancellation(self, cause: Cause, by_hand: str | None = None) -> "UndoneShipment":
        """Record that the carrier no longer has a booking."""
        return self.transition_to(UndoneShipment, events=self.events_with(ShipmentCancelled(by_hand=by_hand), cause))


class UndoneShipment(StateWithEvents):
    """A tombstone that rejects a late booking. The carrier has no booking.

    Attributes:
        was_intended: Whether the service may have called the carrier. False if the compensation ran before any booking.
    """

    source: ClassVar[str] = SOURCE
    status: Literal["UNDONE"] = "UNDONE"
    was_intended: bool = False


Shipment = Annotated[
    IntendedShipment | BookedShipment | RefusedShipment | CancellingShipment | UndoneShipment,
    Field(discriminator="status"),
]


def start_cancellation(shipment: Shipment) -> Shipment:
    """Return the tombstone. Store it before calling the carrier, because it must reject a late booking."""
    match shipment:
        case IntendedShipment() | BookedShipment():
            return shipment.transition_to(CancellingShipment)
        case RefusedShipment():
            return shipment.transition_to(UndoneShipment)
        case CancellingShipment() | UndoneShipment():
            return shipment
