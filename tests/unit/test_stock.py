"""The rules of stock: adjustments of a level, and the reservation of an order."""

import pytest

from kernel.cloud_event import Cause
from stock import MAX_AVAILABLE, Adjustment, OutOfRange, ProductDetails, Reservation, ReservedLine, VersionedLevel

CAUSE = Cause()
KETTLE = ProductDetails(sku="KETTLE", name="Kettle", unit_price=1500, currency="EUR")
LINES = [ReservedLine(sku="KETTLE", quantity=2)]


def level(available: int, version: int = 1) -> VersionedLevel:
    return VersionedLevel(level=KETTLE.with_stock(available), version=version)


def adjustment(change: int) -> Adjustment:
    return Adjustment.requested("KETTLE", "key-1", change, "delivery", "ada")


@pytest.mark.parametrize(("change", "available"), [(5, 15), (-10, 0)])
def test_an_adjustment_changes_the_current_level(change: int, available: int) -> None:
    adjusted = adjustment(change).applied_to(level(10, version=7))

    assert (adjusted.available, adjusted.version) == (available, 8)


def test_stock_never_falls_below_zero() -> None:
    with pytest.raises(OutOfRange, match="KETTLE has 10 available"):
        adjustment(-11).applied_to(level(10))


def test_stock_never_exceeds_the_maximum() -> None:
    with pytest.raises(OutOfRange, match="maximum"):
        adjustment(1).applied_to(level(MAX_AVAILABLE))


def test_an_idempotency_key_belongs_to_one_request() -> None:
    assert adjustment(5).matches(5, "delivery")
    assert not adjustment(5).matches(6, "delivery")
    assert not adjustment(5).matches(5, "inventory count")


def test_a_released_reservation_returns_what_it_held() -> None:
    released = Reservation.reserved("an-order", LINES, CAUSE).undone(CAUSE)

    assert [event.type for event in released.events] == ["StockReserved", "StockReleased"]
    assert released.events[0].data == released.events[1].data


def test_releasing_a_rejected_reservation_publishes_nothing() -> None:
    rejected = Reservation.rejected("an-order", ["KETTLE"], CAUSE)

    assert rejected.undone(CAUSE).events == rejected.events
    assert rejected.undone(CAUSE).status == "UNDONE"


def test_releasing_twice_changes_nothing() -> None:
    released = Reservation.reserved("an-order", LINES, CAUSE).undone(CAUSE)

    assert released.undone(CAUSE) == released
    assert Reservation.tombstone("an-order").undone(CAUSE) == Reservation.tombstone("an-order")
