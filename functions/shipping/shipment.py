"""The shipment of an order: booked at a carrier, or cancelled there. Knows no AWS and no carrier."""

from enum import StrEnum
from typing import ClassVar

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


class ShipmentStatus(StrEnum):
    INTENDED = "INTENDED"
    BOOKED = "BOOKED"
    REFUSED = "REFUSED"
    CANCELLING = "CANCELLING"
    UNDONE = "UNDONE"


class Shipment(StateWithEvents):
    """INTENDED: the carrier may have been called. CANCELLING and UNDONE are tombstones: nothing will be booked.

    The address is the carrier's to keep, not ours: it comes with the command and is not stored.
    """

    source: ClassVar[str] = SOURCE
    status: ShipmentStatus
    was_intended: bool = False
    carrier: str | None = None
    tracking_number: str | None = None
    refusal_reason: str | None = None

    @classmethod
    def intended(cls, order_id: str) -> "Shipment":
        """Say that the carrier is about to be called. No event: nothing has happened yet."""
        return cls(order_id=order_id, status=ShipmentStatus.INTENDED, was_intended=True)

    @classmethod
    def tombstone(cls, order_id: str) -> "Shipment":
        """Refuse every later attempt to book for the order. The carrier was never called."""
        return cls(order_id=order_id, status=ShipmentStatus.UNDONE)

    @property
    def is_undone(self) -> bool:
        return self.status in (ShipmentStatus.CANCELLING, ShipmentStatus.UNDONE)

    def booked(self, carrier: str, tracking_number: str, cause: Cause) -> "Shipment":
        """Record the booking; a shipment that is answered or undone stays as it is."""
        if self.status is not ShipmentStatus.INTENDED:
            return self
        event = ShipmentBooked(carrier=carrier, tracking_number=tracking_number)
        return self.announcing(
            event, cause, status=ShipmentStatus.BOOKED, carrier=carrier, tracking_number=tracking_number
        )

    def refused(self, reason: str, cause: Cause) -> "Shipment":
        """Record that the carrier refused; a shipment that is answered or undone stays as it is."""
        if self.status is not ShipmentStatus.INTENDED:
            return self
        return self.announcing(
            ShipmentRefused(reason=reason), cause, status=ShipmentStatus.REFUSED, refusal_reason=reason
        )

    def cancelling(self) -> "Shipment":
        """Leave the tombstone, before the carrier is asked to forget what may be booked."""
        match self.status:
            case ShipmentStatus.INTENDED | ShipmentStatus.BOOKED:
                return self.model_copy(update={"status": ShipmentStatus.CANCELLING})
            case ShipmentStatus.REFUSED:
                return self.model_copy(update={"status": ShipmentStatus.UNDONE})
            case _:
                return self

    def cancelled(self, cause: Cause, by_hand: str | None = None) -> "Shipment":
        """Record that nothing is booked at the carrier any more."""
        if self.status is not ShipmentStatus.CANCELLING:
            return self
        return self.announcing(ShipmentCancelled(by_hand=by_hand), cause, status=ShipmentStatus.UNDONE)
