"""`GET /operations/orders`: operators search the orders of all customers."""

import base64
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

import order_index
import search_orders
from kernel.dynamodb import dynamodb
from kernel.timestamps import timestamp
from tests.support.problem_document import assert_problem
from tests.support.shop_on_moto import Response, ShopOnMoto

HOUR = timedelta(hours=1)


def search(shop: ShopOnMoto, **query: str) -> Response:
    # `from` is a keyword of Python.
    named = {name.removesuffix("_"): text for name, text in query.items()}
    return shop.call("GET", "/operations/orders", query=named or None, claims=shop.operator())


def found(shop: ShopOnMoto, **query: str) -> list[str]:
    """Return the ids of the orders on all pages."""
    return [order["order_id"] for page in pages(shop, **query) for order in page["orders"]]


def pages(shop: ShopOnMoto, **query: str) -> Iterator[dict[str, Any]]:
    while True:
        response = search(shop, **query)
        assert response.status == 200, response.document
        yield response.document
        if "next_token" not in response.document:
            return
        query["next_token"] = response.document["next_token"]


def token(key: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(key).encode()).decode()


def ago(time: timedelta) -> str:
    return timestamp(datetime.now(UTC) - time)


@pytest.fixture
def placed(shop: ShopOnMoto) -> list[str]:
    """Place five orders of two customers. Return their ids, newest first."""
    kettle = shop.product(stock=10)
    ids = [shop.place((kettle, 1)) for _ in range(3)]
    shop.customer_id = str(uuid4())
    ids += [shop.place((kettle, 1)) for _ in range(2)]
    shop.deliver()
    return ids[::-1]


def move_back(monkeypatch: pytest.MonkeyPatch, days: int) -> None:
    """Let `now` be some days later for the search."""
    later = timestamp(datetime.now(UTC) + timedelta(days=days))
    monkeypatch.setattr(search_orders, "now", lambda: later)


@pytest.mark.parametrize("limit", ["1", "2", "5", "100"])
def test_the_orders_of_all_customers_are_listed_newest_first(shop: ShopOnMoto, placed: list[str], limit: str) -> None:
    assert found(shop, limit=limit) == placed


def test_the_last_page_is_not_empty(shop: ShopOnMoto, placed: list[str]) -> None:
    for query in ({}, {"status": "PLACED"}, {"customer_id": shop.customer_id}):
        assert all(page["orders"] for page in pages(shop, limit="1", **query))


def test_an_order_has_its_customer_and_the_time_of_its_latest_event(shop: ShopOnMoto) -> None:
    order_id = shop.confirmed_order((shop.product(), 1))

    (order,) = search(shop).document["orders"]

    assert order["customer_id"] == shop.customer_id
    assert order["updated_at"] == shop.order(order_id)["updated_at"] > order["placed_at"]
    assert order["status"] == "CONFIRMED"


def test_filters_are_combined(shop: ShopOnMoto, placed: list[str]) -> None:
    shop.fulfil(placed[0])
    shop.deliver()

    assert found(shop, status="CONFIRMED") == [placed[0]]
    assert found(shop, status="PLACED", limit="2") == placed[1:]
    assert found(shop, customer_id=shop.customer_id) == placed[:2]
    assert found(shop, customer_id=shop.customer_id, status="PLACED") == [placed[1]]
    assert found(shop, customer_id=str(uuid4())) == []
    assert found(shop, status="CANCELLED") == []


def test_orders_are_found_by_the_time_when_they_were_placed(shop: ShopOnMoto, placed: list[str]) -> None:
    times = [order["placed_at"] for order in search(shop).document["orders"]]

    assert found(shop, from_=times[2]) == placed[:3], "from includes the time"
    assert found(shop, to=times[2]) == placed[3:], "to excludes the time"
    assert found(shop, from_=times[3], to=times[0], customer_id=shop.customer_id) == [placed[1]]
    assert found(shop, from_=times[0], to=times[4]) == []


def test_an_order_is_found_by_its_id_or_the_number_on_its_receipt(shop: ShopOnMoto, placed: list[str]) -> None:
    for number in (placed[3], placed[3].upper(), placed[3][:8].upper(), placed[3][:13]):
        assert found(shop, order=number) == [placed[3]]
    assert found(shop, order=placed[3], status="CONFIRMED") == []
    assert found(shop, order=placed[3], customer_id=shop.customer_id) == []
    assert found(shop, order=placed[3], to=ago(HOUR)) == []
    assert found(shop, order="00000000") == []
    assert found(shop, order=str(uuid4())) == []


def test_old_orders_are_found_by_their_id_their_customer_or_their_time(
    shop: ShopOnMoto, placed: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    move_back(monkeypatch, days=400)

    assert found(shop) == found(shop, order=placed[0][:8]) == []
    assert found(shop, order=placed[0]) == [placed[0]]
    assert found(shop, customer_id=shop.customer_id) == placed[:2]
    assert found(shop, from_=ago(HOUR)) == placed


def test_a_request_searches_a_bounded_number_of_days(
    shop: ShopOnMoto, placed: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    move_back(monkeypatch, days=order_index.MAX_DAYS + 1)

    first, second = pages(shop, from_=ago(HOUR))

    assert first["orders"] == []
    assert len(second["orders"]) == len(placed)


def test_a_request_reads_a_bounded_number_of_orders(
    shop: ShopOnMoto, placed: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search_orders, "MAX_KEYS_READ", 2)
    monkeypatch.setattr(order_index, "MAX_KEYS", 1)

    assert [len(page["orders"]) for page in pages(shop, order=placed[4])] == [1]
    assert [len(page["orders"]) for page in pages(shop, order=placed[4][:8])] == [0, 0, 1]
    assert [len(page["orders"]) for page in pages(shop, status="CONFIRMED")] == [0, 0, 0]


def test_an_invalid_summary_hides_no_other_order(shop: ShopOnMoto, placed: list[str]) -> None:
    dynamodb().update_item(
        TableName="Views",
        Key={"pk": {"S": f"ORDER#{placed[0]}"}, "sk": {"S": "SUMMARY"}},
        UpdateExpression="REMOVE ordered",
    )

    assert found(shop, limit="1") == placed[1:]


@pytest.mark.parametrize(
    "query",
    [
        {"status": "UNKNOWN"},
        {"status": ""},
        {"order": "ac81320"},
        {"order": "x" * 5000},
        {"customer_id": ""},
        {"customer_id": "a b"},
        {"from_": "yesterday"},
        {"to": "2026-13-01"},
        {"limit": "0"},
        {"next_token": "x"},
        {"next_token": token({"before": ""})},
        {"next_token": token({"before": "2026-13-40"})},
        {"next_token": token({"before": "9999-12-31~"})},
        {"next_token": token({"pk": "ORDER#1", "sk": "SUMMARY", "list_order": "2026-11-20"})},
    ],
    ids=str,
)
def test_an_invalid_request_is_a_bad_request(shop_without_aws: ShopOnMoto, query: dict[str, str]) -> None:
    assert_problem(search(shop_without_aws, **query), 400)


@pytest.mark.parametrize("to", ["0001-01-01T00:00:00Z", "0001-01-05", "9999-12-31T23:59:59Z"])
def test_any_time_can_be_searched(shop: ShopOnMoto, to: str) -> None:
    assert search(shop, to=to).status == 200


def test_a_customer_is_refused(shop: ShopOnMoto) -> None:
    assert_problem(shop.call("GET", "/operations/orders"), 403)
