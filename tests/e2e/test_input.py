"""Requests that API Gateway changes before the function sees them: bytes, repeated headers, paths."""

import json
from uuid import uuid4

import pytest

from tests.e2e.shop import Shop, order_body
from tests.support.waiting import wait_until

pytestmark = pytest.mark.e2e


def headers(*keys: str) -> list[tuple[str, str]]:
    return [("Content-Type", "application/json"), *(("Idempotency-Key", key) for key in keys)]


def test_a_body_in_latin_1_is_refused(shop: Shop) -> None:
    body = json.dumps(order_body(shop.product()) | {"note": "x"}, ensure_ascii=False).replace("Ada", "José")

    response = shop.customer().post("/orders", content=body.encode("latin-1"), headers=headers(str(uuid4())))

    assert (response.status_code, response.json()["detail"]) == (
        400,
        "The request body is not UTF-8 text: send JSON in UTF-8.",
    )


def test_two_idempotency_keys_are_refused(shop: Shop) -> None:
    body = json.dumps(order_body(shop.product()))

    response = shop.customer().post("/orders", content=body, headers=headers("one", "two"))

    assert (response.status_code, response.json()["type"]) == (400, "urn:serverless-orders:problem:idempotency-key")


@pytest.mark.parametrize("path", ["/orders", "/products", "/tasks", "/orders/7d0c2f1e-5b1a-5c53-9f0a-3f1f6f0f4f01"])
def test_a_path_with_a_line_break_is_not_found(shop: Shop, path: str) -> None:
    assert shop.operator.get(f"{path}%0A").status_code in {403, 404}


def test_a_forged_page_token_is_refused(shop: Shop) -> None:
    token = "eyJ0YXNrX2lkIjogIngiLCAib3BlbmVkX2F0IjogIjk5OTkifQ=="  # {"task_id": "x", "opened_at": "9999"}

    assert shop.operator.get("/tasks", params={"next_token": token}).status_code == 400


def test_an_outdated_total_is_refused_with_the_current_total(shop: Shop) -> None:
    body = order_body(shop.product(unit_price=1500)) | {"expected_total": {"amount": 1, "currency": "EUR"}}

    response = shop.customer().post("/orders", json=body, headers={"Idempotency-Key": str(uuid4())})

    assert (response.status_code, response.json()["total"], response.json()["currency"]) == (409, 1500, "EUR")


def test_an_order_below_the_threshold_of_its_currency_is_not_reviewed(shop: Shop) -> None:
    customer, sku = shop.customer(), f"TEA-{uuid4().hex[:8].upper()}"
    tea = {"name": "Tea", "unit_price": 100_000, "currency": "JPY", "stock": 5}
    assert shop.operator.put(f"/products/{sku}", json=tea).status_code == 200
    wait_until(lambda: shop.item("Views", pk=f"PRODUCT#{sku}", sk="SUMMARY"), description=f"{sku} in the product view")

    customer.wait_for(customer.place(sku), "CONFIRMED")


def test_an_unknown_card_is_declined(shop: Shop) -> None:
    customer = shop.customer()
    order_id = customer.place(shop.product(), payment_method="pm_card_foo")

    assert customer.wait_for(order_id, "REJECTED")["reason"] == "UNKNOWN_PAYMENT_METHOD"
