"""Orders with a task for an operator: reviews, and steps that keep failing."""

import pytest

from tests.e2e.shop import Caller, Shop, types


@pytest.fixture
def shop(saga_shop: Shop) -> Shop:
    return saga_shop


@pytest.fixture
def customer(shop: Shop) -> Caller:
    return shop.customer()


def test_an_approved_large_order_is_confirmed(shop: Shop, customer: Caller) -> None:
    kettle = shop.product(stock=5, unit_price=100_000)
    order_id = customer.place(kettle)
    customer.wait_for(order_id, "IN_REVIEW")
    task = shop.task_of(order_id)
    assert (task["kind"], task["total"], task["currency"]) == ("review", 100_000, "EUR")

    assert shop.decide(task, "approve", "a known customer").status_code == 200

    order = customer.wait_for(order_id, "CONFIRMED")
    assert set(customer.shop_events(order_id).values()) == {1}
    assert types(order["timeline"])[3:5] == ["OrderReviewRequested", "OrderReviewApproved"]
    assert (shop.available(kettle), shop.money_at_gateway(order_id)) == (4, ("CAPTURED", 100_000))
    assert shop.decide(task, "approve").status_code == 409
    assert shop.decide(task, "reject").status_code == 409


def test_a_rejected_large_order_is_undone(shop: Shop, customer: Caller) -> None:
    kettle = shop.product(stock=5, unit_price=100_000)
    order_id = customer.place(kettle)
    task = shop.task_of(order_id)
    assert customer.get("/tasks").status_code == 403
    assert customer.post(f"/tasks/{task['task_id']}/decision", json={"decision": "approve"}).status_code == 403

    assert shop.decide(task, "reject", "too many").status_code == 200

    assert customer.wait_for(order_id, "REJECTED")["reason"] == "REVIEW_REJECTED"
    assert (shop.available(kettle), shop.money_at_gateway(order_id)) == (5, ("VOIDED", 0))


def test_a_failing_capture_can_be_retried_and_resolved_by_hand(shop: Shop, customer: Caller) -> None:
    order_id = customer.place(shop.product(), payment_method="pm_capture_down")
    first_task = shop.task_of(order_id)
    assert (first_task["kind"], first_task["failed_steps"]) == ("attention", ["CapturePayment"])

    assert shop.decide(first_task, "retry").status_code == 200
    second_task = shop.task_of(order_id)
    assert second_task["task_id"] != first_task["task_id"]
    assert shop.decide(second_task, "resolve").status_code == 422
    assert shop.decide(second_task, "resolve", "paid by bank transfer").status_code == 200

    event_types = types(customer.wait_for(order_id, "CONFIRMED")["timeline"])
    assert (event_types[-1], event_types.count("PaymentCaptured")) == ("OrderResolved", 1)
    events = customer.get(f"/orders/{order_id}/events").json()["events"]
    (captured,) = [event for event in events if event["type"] == "PaymentCaptured"]
    assert captured["data"]["by_hand"] == "paid by bank transfer"
    assert shop.is_settled(order_id)
