"""The shipment of an order: booked and tracked, or cancelled. Pure: imports nothing from AWS or a carrier.

The carrier's webhooks arrive late, twice, or in another order than the parcel moved. Therefore a webhook only raises
the state: BOOKED, DISPATCHED, LOST, DELIVERED. LOST comes before DELIVERED, because a lost parcel can turn up.
"""

from collections.abc import Mapping
from typing import Annotated, ClassVar, Literal

from pydantic import Field
from typing_extensions import TypeIs

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


class ShipmentMoved(EventData):
    """The fields of the events that follow the parcel."""

    carrier: str
    tracking_number: str


class ShipmentDispatched(ShipmentMoved):
    """The carrier has the parcel."""


class ShipmentDelivered(ShipmentMoved):
    """The customer has the parcel."""


class ShipmentLost(ShipmentMoved):
    """The carrier cannot find the parcel. An operator decides whether to refund it."""


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


class _AcceptedShipment(_RequestedShipment):
    """A shipment that the carrier accepted."""

    carrier: str
    tracking_number: str


class BookedShipment(_AcceptedShipment):
    """The carrier accepted the booking."""

    status: Literal["BOOKED"] = "BOOKED"


class DispatchedShipment(_AcceptedShipment):
    """The carrier has the parcel."""

    status: Literal["DISPATCHED"] = "DISPATCHED"


class LostShipment(_AcceptedShipment):
    """The carrier cannot find the parcel."""

    status: Literal["LOST"] = "LOST"


class DeliveredShipment(_AcceptedShipment):
    """The customer has the parcel."""

    status: Literal["DELIVERED"] = "DELIVERED"


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


AcceptedShipment = BookedShipment | DispatchedShipment | LostShipment | DeliveredShipment
Shipment = Annotated[
    IntendedShipment | AcceptedShipment | RefusedShipment | CancellingShipment | UndoneShipment,
    Field(discriminator="status"),
]
MovedShipment = DispatchedShipment | LostShipment | DeliveredShipment
# From the lowest to the highest.
PROGRESS: tuple[type[AcceptedShipment], ...] = (BookedShipment, DispatchedShipment, LostShipment, DeliveredShipment)
EVENTS: Mapping[type[MovedShipment], type[ShipmentMoved]] = {
    DispatchedShipment: ShipmentDispatched,
    LostShipment: ShipmentLost,
    DeliveredShipment: ShipmentDelivered,
}


def is_accepted(shipment: Shipment) -> TypeIs[AcceptedShipment]:
    """Return whether the carrier accepted the shipment, which has a tracking number from then on."""
    return isinstance(shipment, PROGRESS)


def move(shipment: AcceptedShipment, reached: type[MovedShipment], cause: Cause) -> AcceptedShipment:
    """Raise the shipment to `reached`. Returns the same shipment if it has reached that state or a higher one."""
    if PROGRESS.index(type(shipment)) >= PROGRESS.index(reached):
        return shipment
    event = EVENTS[reached](carrier=shipment.carrier, tracking_number=shipment.tracking_number)
    return shipment.transition_to(reached, events=shipment.events_with(event, cause))


def start_cancellation(shipment: Shipment) -> Shipment:
    """Return the tombstone. Store it before calling the carrier, because it must reject a late booking.

    The saga cancels only before the pivot. If the parcel has moved by then, the carrier decides what it can still do.
    """
    match shipment:
        case RefusedShipment():
            return shipment.transition_to(UndoneShipment)
        case CancellingShipment() | UndoneShipment():
            return shipment
        case _:
            return shipment.transition_to(CancellingShipment)
