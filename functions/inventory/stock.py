"""Stock: products, their levels, what changes these, and the reservations of orders. Knows no AWS."""

import re
from collections.abc import Sequence
from enum import StrEnum
from typing import Annotated, ClassVar

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from kernel.cloud_event import Cause, EventData
from kernel.money import Currency
from kernel.state_with_events import StateWithEvents
from kernel.text import Text
from kernel.timestamps import Timestamp, now

SOURCE = "inventory"

SKU = re.compile(r"[A-Z0-9-]{1,40}")
Sku = Annotated[str, StringConstraints(pattern=r"^[A-Z0-9-]{1,40}$")]
# More than any warehouse holds, and JavaScript counts it exactly.
MAX_AVAILABLE = 10**12


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
    """A reservation, its release, or an operator's adjustment has changed what is available."""


class ProductDetails(BaseModel):
    """What an operator edits of a product: everything except its stock. The price is in minor units."""

    model_config = ConfigDict(frozen=True)

    sku: Sku
    name: str
    unit_price: int
    currency: Currency

    def with_stock(self, available: int) -> ProductStocked:
        """Return the product with so many pieces available."""
        return ProductStocked(**self.model_dump(), available=available)


class VersionedLevel(BaseModel):
    """A product's level as it is stored. `version` counts the changes of the level, from 1."""

    model_config = ConfigDict(frozen=True)

    level: ProductLevel
    version: int = Field(ge=1)


class OutOfRange(Exception):
    """The adjustment would leave less than nothing available, or more than MAX_AVAILABLE."""


class Adjustment(BaseModel):
    """Stock that an operator received (positive `change`) or wrote off (negative), once per `key` and product.

    `available` and `version` are the level that it led to.
    """

    model_config = ConfigDict(frozen=True)

    sku: Sku
    key: str
    change: int
    reason: Text
    operator_id: str
    adjusted_at: Timestamp
    available: int = 0
    version: int = 0

    @classmethod
    def requested(cls, sku: str, key: str, change: int, reason: str, operator_id: str) -> "Adjustment":
        """Return the adjustment that an operator asks for now; no level is known yet."""
        return cls(sku=sku, key=key, change=change, reason=reason, operator_id=operator_id, adjusted_at=now())

    def applied_to(self, current: VersionedLevel) -> "Adjustment":
        """Return the adjustment with the level that it leads to from `current`.

        Raises:
            OutOfRange: The level would be below zero, or above MAX_AVAILABLE.
        """
        available = current.level.available + self.change
        if available < 0:
            raise OutOfRange(f"{self.sku} has {current.level.available} available: {-self.change} are too many.")
        if available > MAX_AVAILABLE:
            raise OutOfRange(f"{self.sku} would have {available} available; {MAX_AVAILABLE} is the maximum.")
        return self.model_copy(update={"available": available, "version": current.version + 1})

    def matches(self, change: int, reason: str) -> bool:
        """Return whether this is the adjustment that a request with this body asks for."""
        return (self.change, self.reason) == (change, reason)


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
        return reservation.with_event(StockReserved(items=reservation.items), cause)

    @classmethod
    def rejected(cls, order_id: str, out_of_stock: Sequence[str], cause: Cause) -> "Reservation":
        """Refuse the order its stock: there are too few of `out_of_stock`."""
        reservation = cls(order_id=order_id, status=ReservationStatus.REJECTED)
        return reservation.with_event(StockReservationRejected(out_of_stock=tuple(out_of_stock)), cause)

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
        return self.with_event(StockReleased(items=self.items), cause, status=ReservationStatus.UNDONE)
