"""The smoke test of a deployed stack: a confirmed order passes, every other result is an error."""

from typing import Any

import pytest

from tools.local_cloud.cloud import LocalCloudError
from tools.terminal import order_tracking
from tools.terminal.order_tracking import place_confirmed_order

CONFIRMED = [
    ("orders", "OrderPlaced", {"status": "PLACED"}),
    ("inventory", "StockReserved", {}),
    ("payments", "PaymentAuthorized", {}),
    ("shipping", "ShipmentBooked", {}),
    ("orders", "OrderConfirmed", {"status": "CONFIRMED"}),
    ("payments", "PaymentCaptured", {}),
]
REJECTED = [
    ("orders", "OrderPlaced", {"status": "PLACED"}),
    ("inventory", "StockReservationRejected", {}),
    ("orders", "OrderRejected", {"status": "REJECTED", "reason": "OUT_OF_STOCK"}),
]


class FakeShop:
    """A fake API whose order has the events `history`. Each poll returns one more event."""

    def __init__(self, history: list[tuple[str, str, dict[str, str]]], available: int = 9) -> None:
        self.placed: list[dict[str, Any]] = []
        self._products = [{"sku": "CUP", "available": available}]
        self._events = [
            {
                "id": str(number),
                "source": source,
                "type": kind,
                "data": data,
                "sequence": str(1 + [earlier[0] for earlier in history[:number]].count(source)),
                "time": f"2026-01-01T12:00:0{number}.000000Z",
            }
            for number, (source, kind, data) in enumerate(history)
        ]
        self._polls = 0

    def products(self) -> list[dict[str, Any]]:
        return self._products

    def place_order(self, order: dict[str, Any]) -> dict[str, str]:
        self.placed.append(order)
        return {"order_id": "order-1"}

    def events(self, order_id: str) -> list[dict[str, Any]]:
        assert order_id == "order-1"
        self._polls += 1
        return self._events[: self._polls]


@pytest.fixture(autouse=True)
def short_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(order_tracking, "POLL_SECONDS", 0)
    monkeypatch.setattr(order_tracking, "QUIET_SECONDS", 0.01)


def test_it_orders_one_item_and_waits_until_the_order_is_confirmed() -> None:
    shop: Any = FakeShop(CONFIRMED)

    assert place_confirmed_order(shop).status == "CONFIRMED"

    (order,) = shop.placed
    assert order["items"] == [{"sku": "CUP", "quantity": 1}]


def test_the_error_for_a_rejected_order_contains_the_reason() -> None:
    shop: Any = FakeShop(REJECTED)

    with pytest.raises(LocalCloudError, match=r"order-1 should be CONFIRMED, but it is REJECTED \(OUT_OF_STOCK\)"):
        place_confirmed_order(shop)


def test_an_order_that_does_not_finish_is_an_error_at_the_deadline() -> None:
    shop: Any = FakeShop(CONFIRMED[:3])

    with pytest.raises(LocalCloudError, match="last event seen is PaymentAuthorized"):
        place_confirmed_order(shop, deadline_seconds=0.02)


def test_without_stock_nothing_is_ordered() -> None:
    shop: Any = FakeShop(CONFIRMED, available=0)

    with pytest.raises(LocalCloudError, match="an operator must add stock"):
        place_confirmed_order(shop)

    assert shop.placed == []
