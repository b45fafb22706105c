"""Each documented test input: its way through the saga, its end, and what the customer sees."""

import pytest

from tests.support.fulfilments import ENDS, Situation
from tests.support.shop_on_moto import ShopOnMoto


@pytest.mark.parametrize("situation", ENDS, ids=lambda situation: situation.name)
def test_every_test_input_leads_to_its_documented_end(shop: ShopOnMoto, situation: Situation) -> None:
    order = situation.place(shop)

    shop.fulfil(order.order_id)

    end = ENDS[situation]
    assert order.end() == end
    seen = shop.order(order.order_id)
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
