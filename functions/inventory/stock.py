"""Stock: the reservation of an order's products, and the levels that it lowers. Knows no AWS."""

from collections.abc import Sequence
from enum import StrEnum
from typing import Annotated, ClassVar

from kernel.cloud_event import Cause, EventData
from kernel.money import Currency
from kernel.state_with_events import StateWithEvents

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

SOURCE = "inventory"

Sku = Annotated[str, StringConstraints(pattern=r"^[A-Z0-9-]{1,40}$")]


class ReservedLine(BaseModel):
    """So many of a product."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    sku: Sku
    quantity: int = Field(ge=1)


class StockReserved(EventData):
    items: tuple[ReservedLine, ...]


class StockReservationRejected(EventData):
    """`out_of_stock` lists the SKUs of which there were too few."""

    out_of_stock: tuple[Sku, ...]


class StockReleased(EventData):
    items: tuple[ReservedLine, ...]


class ProductLevel(EventData):
    """A product as it is: price in minor units, and how many may still be ordered."""

    sku: Sku
    name: str
    unit_price: int = Field(ge=0)
    currency: Currency
    available: int


class ProductStocked(ProductLevel):
    """An operator has put the product on the shelf, or changed it."""


class StockLevelChanged(ProductLevel):
    """A reservation or its release has changed what is available."""


class ReservationStatus(StrEnum):
    RESERVED = "RESERVED"
    REJECTED = "REJECTED"
    UNDONE = "UNDONE"


class Reservation(StateWithEvents):
    """What is held back for an order. UNDONE is a tombstone: nothing is, and nothing will be."""

    source: ClassVar[str] = SOURCE
    status: ReservationStatus
    items: tuple[ReservedLine, ...] = ()

    @classmethod
    def reserved(cls, order_id: str, items: Sequence[ReservedLine], cause: Cause) -> "Reservation":
        """Hold `items` back for the order."""
        reservation = cls(order_id=order_id, status=ReservationStatus.RESERVED, items=tuple(items))
        return reservation.announcing(StockReserved(items=reservation.items), cause)

    @classmethod
    def rejected(cls, order_id: str, out_of_stock: Sequence[str], cause: Cause) -> "Reservation":
        """Refuse the order its stock: there are too few of `out_of_stock`."""
        reservation = cls(order_id=order_id, status=ReservationStatus.REJECTED)
        return reservation.announcing(StockReservationRejected(out_of_stock=tuple(out_of_stock)), cause)

    @classmethod
    def tombstone(cls, order_id: str) -> "Reservation":
        """Refuse every later attempt to reserve for the order."""
        return cls(order_id=order_id, status=ReservationStatus.UNDONE)

    def undone(self, cause: Cause) -> "Reservation":
        """Release what is held back, if anything is, and leave the tombstone."""
        if self.status is ReservationStatus.UNDONE:
            return self
        if self.status is ReservationStatus.REJECTED:
            return self.model_copy(update={"status": ReservationStatus.UNDONE})
        return self.announcing(StockReleased(items=self.items), cause, status=ReservationStatus.UNDONE)
