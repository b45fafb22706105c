"""The start of a saga: which event starts which run, and with which input."""

import json
from typing import Any
from uuid import uuid4

import pytest

import start_fulfilment
from kernel.cloud_event import Cause, CloudEvent
from order_events import OrderPlaced
from tests.support.fake_step_functions import FakeStepFunctions, use_fake_step_functions
from tests.support.saga_run import invoke_handler, lambda_context
from tests.support.shop_on_moto import ADDRESS, ShopOnMoto


@pytest.fixture
def step_functions(monkeypatch: pytest.MonkeyPatch) -> FakeStepFunctions:
    monkeypatch.setenv("DEAD_LETTER_QUEUE_URL", "dead-letters")
    return use_fake_step_functions(monkeypatch)


def deliver(event: CloudEvent) -> dict[str, Any]:
    record = {
        "messageId": "1",
        "body": json.dumps(event.document()),
        "attributes": {"ApproximateReceiveCount": "1"},
        "eventSource": "aws:sqs",
    }
    return dict(start_fulfilment.handler({"Records": [record]}, lambda_context()))


def events_of_order(shop: ShopOnMoto, order_id: str) -> list[CloudEvent]:
    events = [event for event in shop.events() if (event.source, event.subject) == ("orders", order_id)]
    return sorted(events, key=lambda event: event.sequence)


def test_a_placed_order_starts_a_run_with_the_orders_data(shop: ShopOnMoto, step_functions: FakeStepFunctions) -> None:
    sku = shop.product(unit_price=1500)
    order_id = shop.place((sku, 2))

    deliver(*events_of_order(shop, order_id))

    assert step_functions.runs == {
        f"{order_id}-1": {
            "order_id": order_id,
            "causation_id": f"orders:{order_id}:1",
            "run_id": f"{order_id}-1",
            "run": 1,
            "decision": None,
            "items": [{"sku": sku, "quantity": 2}],
            "amount": {"amount": 3000, "currency": "EUR"},
            "payment_method": "pm_card_visa",
            "shipping_address": ADDRESS,
        }
    }


def test_the_name_of_a_run_is_valid_for_step_functions(shop: ShopOnMoto, step_functions: FakeStepFunctions) -> None:
    deliver(*events_of_order(shop, shop.place((shop.product(), 1))))

    (name,) = step_functions.runs
    assert len(name) <= 80


def test_a_duplicate_of_the_event_starts_no_second_run(shop: ShopOnMoto, step_functions: FakeStepFunctions) -> None:
    (placed,) = events_of_order(shop, shop.place((shop.product(), 1)))

    assert [deliver(placed), deliver(placed)] == [{"batchItemFailures": []}] * 2
    assert len(step_functions.runs) == 1


def test_a_later_event_starts_a_run_with_the_decision(shop: ShopOnMoto, step_functions: FakeStepFunctions) -> None:
    order_id = shop.place((shop.product(), 1))
    invoke_handler("RejectOrder", {"order_id": order_id, "reason": "PAYMENT_DECLINED"})
    placed, rejected = events_of_order(shop, order_id)

    deliver(placed)
    deliver(rejected)

    assert {name: run["decision"] for name, run in step_functions.runs.items()} == {
        f"{order_id}-1": "REJECTED",
        f"{order_id}-2": "REJECTED",
    }


def test_no_run_starts_while_an_operator_may_capture_by_hand(
    shop: ShopOnMoto, step_functions: FakeStepFunctions
) -> None:
    order_id = shop.place((shop.product(), 1), payment_method="pm_capture_down")
    assert shop.fulfil(order_id)[-1] == "NeedsAttention"
    placed, *_, attention = events_of_order(shop, order_id)

    deliver(placed)
    assert step_functions.runs == {}

    command = {"order_id": order_id, "sequence": attention.sequence, "by_hand": ["CapturePayment"]}
    invoke_handler("RequestRetry", command)
    deliver(events_of_order(shop, order_id)[-1])
    assert list(step_functions.runs) == [f"{order_id}-{attention.sequence + 1}"]


@pytest.mark.usefixtures("shop")
def test_the_event_of_an_unknown_order_is_retried(step_functions: FakeStepFunctions) -> None:
    placed = OrderPlaced(customer_id="alice", items=(), total=0, currency="EUR", payment_method="pm_card_visa")
    event = CloudEvent.of(placed, source="orders", subject=str(uuid4()), sequence=1, cause=Cause())

    assert deliver(event) == {"batchItemFailures": [{"itemIdentifier": "1"}]}
    assert step_functions.runs == {}
