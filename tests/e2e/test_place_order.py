"""Placing orders over HTTP: idempotency by key, and problem documents for invalid requests."""

import json
from collections.abc import Callable
from uuid import uuid4

import httpx
import pytest

from tests.e2e.shop import Caller, Shop, concurrently, order_body

# The emulator starts a process for each concurrent request.
CONCURRENT_REQUESTS = 8


@pytest.mark.parametrize("attempt", range(3))
def test_concurrent_requests_with_one_key_place_one_order(shop: Shop, customer: Caller, attempt: int) -> None:
    kettle = shop.product(stock=60)
    key = str(uuid4())

    responses = concurrently(
        *(lambda: customer.post_order(order_body(kettle), key) for _ in range(CONCURRENT_REQUESTS))
    )

    assert {response.status_code for response in responses} == {202}
    assert len({response.text for response in responses}) == 1
    order_id = responses[0].json()["order_id"]
    customer.wait_for(order_id, "CONFIRMED")
    assert set(customer.shop_events(order_id).values()) == {1}
    assert shop.available(kettle) == 59
    assert shop.money_at_gateway(order_id) == ("CAPTURED", 1500)
    assert len(customer.get("/orders").json()["orders"]) == 1


def test_the_location_of_an_order_is_relative_to_the_stage(shop: Shop, customer: Caller) -> None:
    response = customer.post_order(order_body(shop.product()))

    assert response.headers["Location"] == f"orders/{response.json()['order_id']}"


def test_a_repeated_request_gets_the_first_response_after_a_price_change(shop: Shop, customer: Caller) -> None:
    kettle, key = shop.product(unit_price=1000), str(uuid4())
    first = customer.post_order(order_body(kettle), key)
    higher_price = {"name": "Kettle", "unit_price": 2000, "currency": "EUR"}
    assert shop.operator.put(f"/products/{kettle}", json=higher_price).status_code == 200

    repeated = customer.post_order(order_body(kettle), key)
    with_other_body = customer.post_order(order_body(kettle, quantity=2), key)

    assert (repeated.status_code, repeated.json()) == (202, first.json())
    assert with_other_body.status_code == 422


BAD_ORDERS: list[tuple[int, Callable[[str], object]]] = [
    (422, lambda _: order_body("NO-SUCH-PRODUCT")),
    (422, lambda sku: order_body(sku, quantity=0)),
    (422, lambda sku: order_body(sku, quantity=101)),
    (422, lambda sku: order_body(sku, country="XX")),
    (422, lambda sku: order_body(sku) | {"discount": 100}),
    (422, lambda sku: order_body(sku) | {"items": order_body(sku)["items"] * 2}),
    (422, lambda sku: order_body(sku) | {"items": []}),
    (422, lambda _: []),
]


def test_an_invalid_order_is_refused_with_a_problem_document(shop: Shop, customer: Caller) -> None:
    kettle = shop.product()

    for status, body in BAD_ORDERS:
        response = customer.post_order(body(kettle))
        assert response.status_code == status, (body(kettle), response.text)
        assert response.headers["Content-Type"] == "application/problem+json"
        assert response.json()["errors"], response.text


@pytest.mark.parametrize("content", [b"", b"{", b"\xff\xfe", json.dumps("x" * 1000).encode()])
def test_a_body_that_is_not_a_json_object_is_a_client_error(customer: Caller, content: bytes) -> None:
    response = customer.post("/orders", content=content, headers={"Idempotency-Key": str(uuid4())})

    assert response.status_code in (400, 422)
    assert response.json()["status"] == response.status_code


def test_an_order_needs_an_idempotency_key(shop: Shop, customer: Caller) -> None:
    body = order_body(shop.product())

    assert customer.post("/orders", json=body).status_code == 400
    assert customer.post_order(body, "x" * 65).status_code == 400


def test_each_route_refuses_unauthorized_callers(shop: Shop, customer: Caller) -> None:
    kettle = shop.product()
    order_id = customer.place(kettle)
    customer.wait_for(order_id, "CONFIRMED")
    product = {"name": "Kettle", "unit_price": 1, "currency": "EUR", "stock": 1}
    with_access_token = Caller(shop, shop.access_token())
    tampered = Caller(shop, f"{customer.token}x")

    assert shop.visitor().get("/products").status_code == 200
    for path in ("/orders", f"/orders/{order_id}", f"/orders/{order_id}/events"):
        assert shop.visitor().get(path).status_code == 401
        assert tampered.get(path).status_code == 401
        assert with_access_token.get(path).status_code == 401
        assert shop.operator.get(path).status_code == 200
    assert shop.visitor().post_order(order_body(kettle)).status_code == 401
    assert customer.put(f"/products/{kettle}", json=product).status_code == 403
    for path in (f"/orders/{order_id}", f"/orders/{order_id}/events"):
        assert shop.customer().get(path).status_code == 404


def test_an_order_is_shown_as_of_an_earlier_time(shop: Shop, customer: Caller) -> None:
    order_id = customer.place(shop.product())
    order = customer.wait_for(order_id, "CONFIRMED")
    reserved = order["timeline"][1]["time"]

    def as_of(time: str) -> httpx.Response:
        return customer.get(f"/orders/{order_id}", params={"as_of": time})

    at_reservation = as_of(reserved).json()
    assert (at_reservation["status"], at_reservation["stock"], at_reservation["payment"]) == (
        "PLACED",
        {"status": "RESERVED"},
        None,
    )
    assert as_of("2020-01-01T00:00:00Z").status_code == 404
    assert as_of("yesterday").status_code == 400
