"""Each test input of the design, through the whole saga; and a second run after the first one's end."""

import pytest

from tests.fulfilments import ENDS, Situation
from tests.saga_run import run_saga
from tests.shop_on_moto import ShopOnMoto

each_situation = pytest.mark.parametrize("situation", ENDS, ids=lambda situation: situation.name)


@each_situation
def test_an_order_ends_as_its_input_says(shop: ShopOnMoto, situation: Situation) -> None:
    order = situation.place(shop)

    shop.fulfil(order.order_id)

    assert order.end() == ENDS[situation]


@each_situation
def test_a_second_run_after_the_end_changes_nothing(shop: ShopOnMoto, situation: Situation) -> None:
    order = situation.place(shop)
    first_input = order.input()
    shop.fulfil(order.order_id)
    events = list(order.events())

    shop.fulfil(order.order_id)
    run_saga(first_input)

    assert list(order.events()) == events
    assert order.end() == ENDS[situation]


@each_situation
def test_the_customer_sees_the_end(shop: ShopOnMoto, situation: Situation) -> None:
    order = situation.place(shop)

    shop.fulfil(order.order_id)

    seen, end = shop.order(order.order_id), ENDS[situation]
    assert (seen["status"], seen.get("reason")) == (end.status, end.reason)
    assert sorted(entry["type"] for entry in seen["timeline"]) == list(end.event_types)


def test_all_lines_are_reserved_or_none(shop: ShopOnMoto) -> None:
    plenty, scarce = shop.product(stock=5), shop.product(stock=1)
    order_id = shop.place((plenty, 2), (scarce, 2))

    shop.fulfil(order_id)

    assert (shop.available(plenty), shop.available(scarce)) == (5, 1)
    assert shop.order(order_id)["stock"] == {"status": "REJECTED", "out_of_stock": [scarce]}


def test_the_last_pieces_go_to_the_first_order(shop: ShopOnMoto) -> None:
    sku = shop.product(stock=3)
    first, second = shop.place((sku, 2)), shop.place((sku, 2))

    shop.fulfil(first)
    shop.fulfil(second)

    assert [shop.order(order_id)["status"] for order_id in (first, second)] == ["CONFIRMED", "REJECTED"]
    assert shop.available(sku) == 1
