"""The shipment of an order: booked at a carrier, or cancelled there. Knows no AWS and no carrier."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from kernel.cloud_event import Cause, EventData
from kernel.state_with_events import StateWithEvents

SOURCE = "shipping"


class ShipmentBooked(EventData):
    """`tracking_number` means something to `carrier` only. Version 1 did not name the carrier."""

    schema_version: ClassVar[int] = 2

    carrier: str
    tracking_number: str


class ShipmentRefused(EventData):
    reason: str


class ShipmentCancelled(EventData):
    """The carrier will not fetch anything, whatever was booked before. `by_hand` is the note of who saw to it."""

    by_hand: str | None = None


class _RequestedShipment(StateWithEvents):
    """A shipment that the saga has asked for. The address comes with the command, and only the carrier stores it."""

    source: ClassVar[str] = SOURCE
    was_intended: bool = True


class IntendedShipment(_RequestedShipment):
    """The carrier may have been called, and its answer is not recorded. No event says so."""

    status: Literal["INTENDED"] = "INTENDED"

    def booked(self, carrier: str, tracking_number: str, cause: Cause) -> "BookedShipment":
        """Record the booking."""
        event = ShipmentBooked(carrier=carrier, tracking_number=tracking_number)
        return self.transition_to(
            BookedShipment, carrier=carrier, tracking_number=tracking_number, events=self.events_with(event, cause)
        )

    def refused(self, reason: str, cause: Cause) -> "RefusedShipment":
        """Record that the carrier refused."""
        event = ShipmentRefused(reason=reason)
        return self.transition_to(RefusedShipment, refusal_reason=reason, events=self.events_with(event, cause))


class BookedShipment(_RequestedShipment):
    """The carrier will fetch the order."""

    status: Literal["BOOKED"] = "BOOKED"
    carrier: str
    tracking_number: str


class RefusedShipment(_RequestedShipment):
    """The carrier does not deliver to the address."""

    status: Literal["REFUSED"] = "REFUSED"
    refusal_reason: str


class CancellingShipment(_RequestedShipment):
    """A tombstone: nothing will be booked. The carrier may still have a booking."""

    status: Literal["CANCELLING"] = "CANCELLING"

    def cancelled(self, cause: Cause, by_hand: str | None = None) -> "UndoneShipment":
        """Record that the carrier has no booking any more."""
        return self.transition_to(UndoneShipment, events=self.events_with(ShipmentCancelled(by_hand=by_hand), cause))


class UndoneShipment(StateWithEvents):
    """A tombstone: nothing is booked, and nothing will be.

    Attributes:
        was_intended: Whether the carrier may have been called. False if the compensation ran before any booking.
    """

    source: ClassVar[str] = SOURCE
    status: Literal["UNDONE"] = "UNDONE"
    was_intended: bool = False


Shipment = Annotated[
    IntendedShipment | BookedShipment | RefusedShipment | CancellingShipment | UndoneShipment,
    Field(discriminator="status"),
]


def cancelling(shipment: Shipment) -> Shipment:
    """Leave the tombstone, before the carrier is asked to cancel what may be booked."""
    match shipment:
        case IntendedShipment() | BookedShipment():
            return shipment.transition_to(CancellingShipment)
        case RefusedShipment():
            return shipment.transition_to(UndoneShipment)
        case CancellingShipment() | UndoneShipment():
            return shipment
