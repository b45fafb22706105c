"""Orders whose providers are broken by a plan, in the deployed application. A crash ends a real process there."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest

from tests.e2e.shop import Caller, Shop, order_body

CONFIRMED = ["OrderConfirmed", "OrderPlaced", "PaymentAuthorized", "PaymentCaptured", "ShipmentBooked", "StockReserved"]


@pytest.fixture
def place_broken(shop: Shop) -> Callable[..., tuple[Caller, str]]:
    """Return a function that plans faults, and then places an order with the same key."""

    def place(plan: dict[str, Any]) -> tuple[Caller, str]:
        customer, key = shop.customer(), str(uuid4())
        planned = customer.put("/sandbox/faults", json=plan, headers={"Idempotency-Key": key})
        assert planned.status_code == 200, planned.text
        order_id = customer.place_with_retries(order_body(shop.product()), key)
        assert planned.json()["order_id"] == order_id
        return customer, order_id

    return place


def event_types(order: dict[str, Any]) -> list[str]:
    return sorted(event["type"] for event in order["timeline"])


def test_an_order_survives_missing_answers_and_crashes(place_broken: Callable[..., tuple[Caller, str]]) -> None:
    customer, order_id = place_broken(
        {
            "authorize": {"effect": "crash", "times": 1},
            "book": {"effect": "fail", "times": 2},
            "capture": {"effect": "crash", "times": 2},
        }
    )

    order = customer.wait_for(order_id, "CONFIRMED")
    assert event_types(order) == CONFIRMED
    assert customer.get(f"/sandbox/orders/{order_id}/faults").json()["faults"] == {}


def test_a_broken_compensation_is_repaired_by_a_new_plan_and_a_retry(
    place_broken: Callable[..., tuple[Caller, str]], shop: Shop
) -> None:
    customer, order_id = place_broken({"book": {"effect": "refuse"}, "void": {"effect": "fail"}})
    customer.wait_for(order_id, "NEEDS_ATTENTION")
    assert "PaymentVoided" not in event_types(customer.order(order_id))

    repaired = shop.operator.put(f"/sandbox/orders/{order_id}/faults", json={})
    assert repaired.status_code == 200
    shop.decide(shop.task_of(order_id), "retry")

    order = customer.wait_for(order_id, "REJECTED")
    assert order["reason"] == "ADDRESS_REFUSED"
    assert "PaymentVoided" in event_types(order)


def test_a_plan_can_let_the_bank_ask(place_broken: Callable[..., tuple[Caller, str]]) -> None:
    customer, order_id = place_broken({"authorize": {"effect": "confirm"}})
    customer.wait_for(order_id, "AWAITING_PAYMENT")

    assert customer.post(f"/sandbox/payments/{order_id}", json={"decision": "approve"}).status_code == 202

    customer.wait_for(order_id, "CONFIRMED")
