"""Confirmed orders earn points: once, whatever the order and the number of their events."""

import itertools
from importlib import import_module
from typing import Any

import pytest

from kernel.cloud_event import CloudEvent
from tests.saga_run import lambda_context
from tests.shop_on_moto import ShopOnMoto, sqs_record


@pytest.fixture
def loyal_shop(shop: ShopOnMoto, monkeypatch: pytest.MonkeyPatch) -> ShopOnMoto:
    monkeypatch.setenv("DEAD_LETTER_QUEUE_URL", "none is needed here")
    return shop


def award(*events: CloudEvent) -> None:
    """Hand the events to the consumer, as its queue does."""
    records = {"Records": [sqs_record(event) for event in events]}
    assert import_module("award_points").handler(records, lambda_context()) == {"batchItemFailures": []}


def events_of_order(shop: ShopOnMoto, **order: str) -> tuple[str, list[CloudEvent]]:
    """Place an order of 30.00 EUR and run its saga; return its id and the events that the subscription lets through."""
    order_id = shop.place((shop.product(unit_price=1500), 2), **order)
    shop.fulfil(order_id)
    wanted = ("OrderPlaced", "OrderConfirmed")
    return order_id, [event for event in shop.events() if event.subject == order_id and event.type in wanted]


def points_of(shop: ShopOnMoto, order_id: str) -> dict[str, Any]:
    return shop.item("Loyalty", order_id=order_id)


def test_a_confirmed_order_earns_a_point_for_each_euro(loyal_shop: ShopOnMoto) -> None:
    order_id, events = events_of_order(loyal_shop)

    award(*events)

    assert points_of(loyal_shop, order_id) == {
        "order_id": order_id,
        "customer_id": loyal_shop.customer_id,
        "points": 30,
        "confirmed": True,
    }


@pytest.mark.parametrize("arrival", set(itertools.permutations([0, 1, 0, 1])))
def test_neither_order_nor_copies_matter(loyal_shop: ShopOnMoto, arrival: tuple[int, ...]) -> None:
    order_id, events = events_of_order(loyal_shop)

    award(*(events[place] for place in arrival))

    assert points_of(loyal_shop, order_id)["points"] == 30
    assert points_of(loyal_shop, order_id)["confirmed"] is True


def test_an_order_that_is_not_confirmed_earns_nothing_yet(loyal_shop: ShopOnMoto) -> None:
    order_id, events = events_of_order(loyal_shop, payment_method="pm_card_declined")

    award(*events)

    assert "confirmed" not in points_of(loyal_shop, order_id)
