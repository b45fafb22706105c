"""`GET /orders`, `GET /orders/{order_id}` and its events: responses and errors."""

import base64
import json
from uuid import uuid4

import pytest

import order_view
import projection
from tests.support.problem_document import assert_problem
from tests.support.shop_on_moto import ShopOnMoto


def token(key: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(key).encode()).decode()


def test_an_order_shows_what_became_of_it(shop: ShopOnMoto) -> None:
    sku = shop.product(unit_price=1500)
    order_id = shop.place((sku, 2))
    shop.fulfil(order_id)

    order = shop.order(order_id)

    timeline = order.pop("timeline")
    shipment = order.pop("shipment")
    assert order == {
        "order_id": order_id,
        "status": "CONFIRMED",
        "items": [{"sku": sku, "name": "Kettle", "quantity": 2, "unit_price": 1500}],
        "total": 3000,
        "returns": [],
        "currency": "EUR",
        "placed_at": timeline[0]["time"],
        "updated_at": timeline[-1]["time"],
        "stock": {"status": "RESERVED"},
        "payment": {"status": "CAPTURED", "payment_method": "pm_card_visa"},
    }
    assert shipment["status"] == "BOOKED"
    assert [entry["type"] for entry in timeline] == [
        "OrderPlaced",
        "StockReserved",
        "PaymentAuthorized",
        "ShipmentBooked",
        "OrderConfirmed",
        "PaymentCaptured",
    ]
    assert [entry["sequence"] for entry in timeline] == [1, 1, 1, 1, 2, 2]


def test_the_events_of_an_order_are_the_cloud_events_themselves(shop: ShopOnMoto) -> None:
    order_id = shop.place((shop.product(), 1))
    shop.fulfil(order_id)
    shop.deliver()

    answer = shop.call("GET", f"/orders/{order_id}/events")

    told = sorted((event for event in shop.events() if event.subject == order_id), key=lambda event: event.time)
    assert answer.document == {"events": [event.document() for event in told]}


def test_as_of_shows_an_earlier_state_of_the_order(shop: ShopOnMoto) -> None:
    order_id = shop.place((shop.product(), 1))
    shop.fulfil(order_id)
    now = shop.order(order_id)

    for index, moment in enumerate(entry["time"] for entry in now["timeline"]):
        answer = shop.call("GET", f"/orders/{order_id}", query={"as_of": moment})
        then = answer.document
        assert then["timeline"] == now["timeline"][: index + 1]
        assert then["updated_at"] == moment
        assert then["status"] == ("PLACED" if index < 4 else "CONFIRMED")
    assert then == now


def test_as_of_accepts_any_time_zone_and_precision(shop: ShopOnMoto) -> None:
    order_id = shop.place((shop.product(), 1))
    shop.deliver()

    for moment in ("9999-12-31T23:59:59Z", "2999-01-01T00:00:00+02:00", "2999-01-01", "2999-01-01T00:00:00.123456789Z"):
        assert shop.call("GET", f"/orders/{order_id}", query={"as_of": moment}).status == 200


@pytest.mark.parametrize("moment", ["2020-01-01T00:00:00Z", "0999-01-01T00:00:00Z", "0001-01-01T00:00:00Z"])
def test_an_order_is_not_found_before_it_was_placed(shop: ShopOnMoto, moment: str) -> None:
    order_id = shop.place((shop.product(), 1))
    shop.deliver()

    assert_problem(shop.call("GET", f"/orders/{order_id}", query={"as_of": moment}), 404)


@pytest.mark.parametrize("moment", ["", "yesterday", "2026-13-01", "0001-01-01T00:00:00+14:00", "\x00", "1e9", "٢٠٢٦"])
def test_an_invalid_as_of_is_a_bad_request(shop: ShopOnMoto, moment: str) -> None:
    order_id = shop.place((shop.product(), 1))
    shop.deliver()

    assert_problem(shop.call("GET", f"/orders/{order_id}", query={"as_of": moment}), 400)


@pytest.mark.parametrize("order_id", ["x", "x" * 5000, "%00", "a b", "SUMMARY", "KETTLE-1"])
@pytest.mark.parametrize("rest", ["", "/events"])
def test_an_unknown_order_is_not_found(shop_without_aws: ShopOnMoto, rest: str, order_id: str) -> None:
    assert_problem(shop_without_aws.call("GET", f"/orders/{order_id}{rest}"), 404)


def test_an_order_is_not_found_until_it_is_projected(shop: ShopOnMoto) -> None:
    order_id = shop.place((shop.product(), 1))

    assert_problem(shop.call("GET", f"/orders/{order_id}"), 404)


@pytest.mark.parametrize("writes", range(3))
def test_a_partly_projected_order_is_complete_or_not_found(
    shop: ShopOnMoto, monkeypatch: pytest.MonkeyPatch, writes: int
) -> None:
    order_id = shop.place((shop.product(), 1))
    (placed,) = [event for event in shop.events() if event.subject == order_id]
    changes = order_view.changes_of(placed)[:writes]
    monkeypatch.setattr(order_view, "changes_of", lambda _: changes)
    projection.project_order(placed)

    one = shop.call("GET", f"/orders/{order_id}")
    many = shop.call("GET", "/orders")

    whole = writes == 2
    assert (one.status, many.status, len(many.document["orders"])) == ((200, 200, 1) if whole else (404, 200, 0))


def test_orders_are_listed_newest_first_and_page_by_page(shop: ShopOnMoto) -> None:
    sku = shop.product()
    placed = [shop.place((sku, 1)) for _ in range(5)]
    shop.deliver()

    listed, query = [], {"limit": "2"}
    while query:
        page = shop.call("GET", "/orders", query=query).document
        listed += page["orders"]
        query = {"limit": "2", "next_token": page["next_token"]} if "next_token" in page else {}

    assert [order["order_id"] for order in listed] == placed[::-1]
    assert listed[0].keys() == {"order_id", "status", "items", "total", "currency", "placed_at"}


LISTS = ["/orders", "/products"]


@pytest.mark.parametrize("limit", ["", "0", "101", "-1", "1.0", "ten", "²", " 1", "1" * 5000])
@pytest.mark.parametrize("path", LISTS)
def test_an_invalid_limit_is_a_bad_request(shop_without_aws: ShopOnMoto, path: str, limit: str) -> None:
    assert_problem(shop_without_aws.call("GET", path, query={"limit": limit}), 400)


@pytest.mark.parametrize(
    "next_token",
    [
        "",
        "x",
        "é",
        "\x00",
        token(None),
        token([]),
        token({}),
        token({"pk": "a", "sk": "b"}),
        token({"pk": "a", "sk": "b", "list_order": 1}),
        token({"pk": "a", "sk": "b", "list_order": ""}),
        token({"pk": "a", "sk": "b", "list_order": "c", "list": "CUSTOMER#another"}),
        token({"pk": "a" * 3000, "sk": "b", "list_order": "c"}),
        base64.b64encode(b"\xff").decode(),
        base64.b64encode(b"[" * 100_000).decode(),
    ],
    ids=lambda text: ascii(text)[:24],
)
@pytest.mark.parametrize("path", LISTS)
def test_an_invalid_next_token_is_a_bad_request(shop_without_aws: ShopOnMoto, path: str, next_token: str) -> None:
    assert_problem(shop_without_aws.call("GET", path, query={"next_token": next_token}), 400)


def test_the_page_token_of_another_caller_is_a_bad_request(shop: ShopOnMoto) -> None:
    sku = shop.product()
    for _ in range(2):
        shop.place((sku, 1))
    shop.deliver()
    page = shop.call("GET", "/orders", query={"limit": "1"}).document
    shop.customer_id = str(uuid4())

    assert_problem(shop.call("GET", "/orders", query={"next_token": page["next_token"]}), 400)


def test_the_token_of_another_list_is_a_bad_request(shop: ShopOnMoto) -> None:
    for _ in range(2):
        shop.product()
    page = shop.call("GET", "/products", query={"limit": "1"}).document

    assert_problem(shop.call("GET", "/orders", query={"next_token": page["next_token"]}), 400)


def test_an_address_that_the_function_does_not_serve_is_not_found(shop_without_aws: ShopOnMoto) -> None:
    assert_problem(shop_without_aws.call("GET", "/elsewhere", entry_point="queries"), 404)
    assert_problem(shop_without_aws.call("DELETE", f"/orders/{uuid4()}", entry_point="queries"), 404)
