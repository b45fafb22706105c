"""Operators find orders of all customers, by number and by the customer's e-mail address."""

from typing import Any

import pytest

from tests.e2e.shop import Caller, Shop
from tools.local_cloud.sign_in import id_token

pytestmark = pytest.mark.e2e


def test_an_order_is_found_by_its_number_its_customer_and_its_status(shop: Shop) -> None:
    user = shop.new_user()
    customer = Caller(shop, id_token(shop.stack, user))
    order_id = customer.place(shop.product())
    customer.wait_for(order_id, "CONFIRMED")
    customer_id = shop.item("Orders", order_id=order_id, sequence=1)["events"][0]["data"]["customer_id"]

    found = shop.operator.post("/customers/search", json={"email": user.username})

    assert found.json() == {"customer_ids": [customer_id]}
    assert _search(shop, customer_id=customer_id) == [order_id]
    assert _search(shop, customer_id=customer_id, status="REJECTED") == []
    assert _search(shop, order=order_id[:8].upper()) == [order_id]
    assert order_id in _search(shop, status="CONFIRMED", limit=100)


def test_all_pages_list_each_order_once(shop: Shop) -> None:
    customer, sku = shop.customer(), shop.product()
    placed = [customer.place(sku) for _ in range(3)]
    for order_id in placed:
        customer.wait_for(order_id, "CONFIRMED")

    listed, query = [], {"limit": 2}
    while query:
        page = shop.operator.get("/operations/orders", params=query).json()
        listed += [order["order_id"] for order in page["orders"]]
        query = {"limit": 2, "next_token": page["next_token"]} if "next_token" in page else {}

    assert [order_id for order_id in listed if order_id in placed] == placed[::-1]


def _search(shop: Shop, **query: Any) -> list[str]:
    response = shop.operator.get("/operations/orders", params=query)
    assert response.status_code == 200, response.text
    return [order["order_id"] for order in response.json()["orders"]]
