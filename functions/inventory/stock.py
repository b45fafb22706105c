"""Stock: products, their levels, adjustments, and the reservations of orders. Pure: imports nothing from AWS."""

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
# More than any real stock, and exact in JavaScript.
MAX_AVAILABLE = 10**12


class ReservedLine(BaseModel):
    """A quantity of one product."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    sku: Sku
    quantity: int = Field(ge=1)


class StockReserved(EventData):
    items: tuple[ReservedLine, ...]


class StockReservationRejected(EventData):
    """`out_of_stock` lists the SKUs without enough stock."""

    out_of_stock: tuple[Sku, ...]


class StockReleased(EventData):
    items: tuple[ReservedLine, ...]


class StockReturned(EventData):
    """The customer sent the items back with a return, and they are available again."""

    return_id: str
    items: tuple[ReservedLine, ...]


class ProductLevel(EventData):
    """A product with its price in minor units and its level: the number of pieces that customers can order."""

    sku: Sku
    name: str
    unit_price: int = Field(ge=0)
    currency: Currency
    available: int


class ProductStocked(ProductLevel):
    """An operator added or edited the product."""


class StockLevelChanged(ProductLevel):
    """A reservation, a release, a return or an adjustment changed the level."""


class ProductDetails(BaseModel):
    """The fields of a product that an operator edits, all except the stock. The price is in minor units."""

    model_config = ConfigDict(frozen=True)

    sku: Sku
    name: str
    unit_price: int
    currency: Currency

    def with_stock(self, available: int) -> ProductStocked:
        """Return the product with this level."""
        return ProductStocked(**self.model_dump(), available=available)


class VersionedLevel(BaseModel):
    """The stored level of a product. `version` is the number of its changes, from 1."""

    model_config = ConfigDict(frozen=True)

    level: ProductLevel
    version: int = Field(ge=1)


class OutOfRange(Exception):
    """The adjustment would make the level negative, or greater than MAX_AVAILABLE."""


class Adjustment(BaseModel):
    """Stock that an operator received or wrote off.

    Attributes:
        key: The Idempotency-Key. The adjustment is applied once per key and product.
        change: The number of pieces received; negative if they were written off.
        available: The level right after the adjustment.
        version: The version of that level.
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
        """Return the adjustment that an operator requests now, without a resulting level."""
        return cls(sku=sku, key=key, change=change, reason=reason, operator_id=operator_id, adjusted_at=now())

    def applied_to(self, current: VersionedLevel) -> "Adjustment":
        """Return the adjustment with the level that results from `current`.

        Raises:
            OutOfRange: The level would be negative, or greater than MAX_AVAILABLE.
        """
        available = current.level.available + self.change
        if available < 0:
            raise OutOfRange(
                f"{self.sku} has {current.level.available} available, so {-self.change} cannot be written off."
            )
        if available > MAX_AVAILABLE:
            raise OutOfRange(f"{self.sku} would have {available} available, but the maximum is {MAX_AVAILABLE}.")
        return self.model_copy(update={"available": available, "version": current.version + 1})

    def matches(self, change: int, reason: str) -> bool:
        """Return whether a request with this body requests this adjustment."""
        return (self.change, self.reason) == (change, reason)


class ReservationStatus(StrEnum):
    RESERVED = "RESERVED"
    REJECTED = "REJECTED"
    UNDONE = "UNDONE"


class Reservation(StateWithEvents):
    """The stock that is reserved for an order. UNDONE is a tombstone that rejects a late reservation.

    Attributes:
        returned: The ids of the returns whose items are available again.
    """

    source: ClassVar[str] = SOURCE
    status: ReservationStatus
    items: tuple[ReservedLine, ...] = ()
    returned: tuple[str, ...] = ()

    @classmethod
    def reserved(cls, order_id: str, items: Sequence[ReservedLine], cause: Cause) -> "Reservation":
        """Return a reservation of `items` for the order."""
        reservation = cls(order_id=order_id, status=ReservationStatus.RESERVED, items=tuple(items))
        return reservation.with_event(StockReserved(items=reservation.items), cause)

    @classmethod
    def rejected(cls, order_id: str, out_of_stock: Sequence[str], cause: Cause) -> "Reservation":
        """Return a rejected reservation, because the products `out_of_stock` do not have enough stock."""
        reservation = cls(order_id=order_id, status=ReservationStatus.REJECTED)
        return reservation.with_event(StockReservationRejected(out_of_stock=tuple(out_of_stock)), cause)

    @classmethod
    def tombstone(cls, order_id: str) -> "Reservation":
        """Return a tombstone that rejects every later reservation for the order."""
        return cls(order_id=order_id, status=ReservationStatus.UNDONE)

    def undone(self, cause: Cause) -> "Reservation":
        """Return the tombstone. Releases the stock if it is reserved."""
        if self.status is ReservationStatus.UNDONE:
            return self
        if self.status is ReservationStatus.REJECTED:
            return self.model_copy(update={"status": ReservationStatus.UNDONE})
        return self.with_event(StockReleased(items=self.items), cause, status=ReservationStatus.UNDONE)

    def with_return(self, return_id: str, items: Sequence[ReservedLine], cause: Cause) -> "Reservation":
        """Return the reservation after the customer sent `items` back with a return."""
        event = StockReturned(return_id=return_id, items=tuple(items))
        return self.with_event(event, cause, returned=(*self.returned, return_id))
