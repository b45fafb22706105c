"""Parcels: what the carrier's webhooks change, and what an operator does about a lost one."""

from typing import Any

import boto3
import pytest

from kernel import queue_consumer
from kernel.cloud_event import CloudEvent
from order_email import OrderEmail, compose_email
from tests.support.operator_tasks import Operators
from tests.support.problem_document import assert_problem
from tests.support.saga_run import invoke_handler
from tests.support.shop_on_moto import ShopOnMoto

PRICE = 250


@pytest.fixture
def dead_letters(shop: ShopOnMoto, monkeypatch: pytest.MonkeyPatch) -> str:
    """Return the URL of the dead-letter queue."""
    queue_consumer._sqs.cache_clear()  # noqa: SLF001 (a client of this test's moto)
    url = boto3.client("sqs").create_queue(QueueName="dead-letters")["QueueUrl"]
    monkeypatch.setenv("DEAD_LETTER_QUEUE_URL", url)
    return str(url)


def causes(dead_letters: str) -> list[str]:
    """Return the causes of the dead letters."""
    response = boto3.client("sqs").receive_message(QueueUrl=dead_letters, MessageAttributeNames=["All"])
    return [message["MessageAttributes"]["cause"]["StringValue"] for message in response.get("Messages", [])]


def email_about(shop: ShopOnMoto, order_id: str, event_type: str) -> OrderEmail:
    """Return the e-mail about the order's event of this type."""
    (event,) = [event for event in shop.events() if event.type == event_type and event.subject == order_id]
    return compose_email(event, shop.order(order_id))


def booked_order(shop: ShopOnMoto, *, stock: int = 10, quantity: int = 2, **options: Any) -> tuple[str, str]:
    """Return the SKU and the id of a confirmed order."""
    sku = shop.product(stock=stock, unit_price=PRICE)
    return sku, shop.confirmed_order((sku, quantity), **options)


def shipment_events(shop: ShopOnMoto, order_id: str) -> list[str]:
    return [event.type for event in shop.events() if event.source == "shipping" and event.subject == order_id]


def moved(shop: ShopOnMoto, order_id: str, what: str) -> CloudEvent:
    """Let the carrier report what happened to the parcel, and return the event."""
    assert not shop.deliver_webhook(order_id, what)
    type_ = f"Shipment{what.capitalize()}"
    (event,) = [event for event in shop.events() if event.type == type_ and event.subject == order_id]
    return event


def lost(shop: ShopOnMoto, order_id: str) -> CloudEvent:
    """Let the carrier lose the parcel, and return the event."""
    return moved(shop, order_id, "lost")


@pytest.mark.parametrize(
    ("webhooks", "status", "events"),
    [
        (["dispatched", "delivered"], "DELIVERED", ["ShipmentDispatched", "ShipmentDelivered"]),
        (["delivered", "dispatched", "delivered"], "DELIVERED", ["ShipmentDelivered"]),
        (["dispatched", "dispatched"], "DISPATCHED", ["ShipmentDispatched"]),
        (["lost", "dispatched", "lost"], "LOST", ["ShipmentLost"]),
        (["lost", "delivered", "lost"], "DELIVERED", ["ShipmentLost", "ShipmentDelivered"]),
    ],
)
def test_the_order_shows_where_the_parcel_is(
    shop: ShopOnMoto, webhooks: list[str], status: str, events: list[str]
) -> None:
    _, order_id = booked_order(shop)

    for what in webhooks:
        assert not shop.deliver_webhook(order_id, what)

    order = shop.order(order_id)
    assert order["status"] == "CONFIRMED"
    assert order["shipment"] == {
        "status": status,
        "carrier": "sandbox",
        "tracking_number": f"SANDBOX-{order_id[:8].upper()}",
    }
    assert shipment_events(shop, order_id) == ["ShipmentBooked", *events]


def test_a_webhook_before_the_booking_is_retried(shop: ShopOnMoto) -> None:
    order_id = shop.place((shop.product(), 1))

    assert shop.deliver_webhook(order_id, "dispatched")

    shop.fulfil(order_id)
    assert not shop.deliver_webhook(order_id, "dispatched")
    assert shop.order(order_id)["shipment"]["status"] == "DISPATCHED"


def test_a_webhook_of_an_order_that_is_never_booked_becomes_a_dead_letter(shop: ShopOnMoto, dead_letters: str) -> None:
    order_id = shop.place((shop.product(), 1))

    assert not shop.deliver_webhook(order_id, "dispatched", receives=5)

    (cause,) = causes(dead_letters)
    assert cause.startswith("NotBookedYet")


@pytest.mark.parametrize("before", [[], ["dispatched"], ["lost"]])
def test_a_webhook_after_the_cancellation_changes_nothing(shop: ShopOnMoto, before: list[str]) -> None:
    # The order is cancelled after the booking and before the decision.
    order_id = shop.place((shop.product(), 1))
    invoke_handler("BookShipment", shop.saga_input(order_id))
    for what in before:
        assert not shop.deliver_webhook(order_id, what)
    assert invoke_handler("CancelShipment", {"order_id": order_id}) == {"outcome": "UNDONE"}

    for what in ("dispatched", "delivered", "lost"):
        assert not shop.deliver_webhook(order_id, what)

    assert shop.order(order_id)["shipment"]["status"] == "CANCELLED"
    assert shop.booked_at_carrier(order_id) == "CANCELLED"


def test_a_webhook_of_a_refused_shipment_changes_nothing(shop: ShopOnMoto) -> None:
    order_id = shop.place((shop.product(), 1), postal_code="00000")
    shop.fulfil(order_id)
    before = shipment_events(shop, order_id)

    assert not shop.deliver_webhook(order_id, "delivered")

    assert shipment_events(shop, order_id) == before


def test_a_webhook_of_another_parcel_changes_nothing(shop: ShopOnMoto) -> None:
    _, order_id = booked_order(shop)

    assert not shop.deliver_webhook(order_id, "delivered", tracking_number="SANDBOX-ANOTHER")

    assert shop.order(order_id)["shipment"]["status"] == "BOOKED"


@pytest.mark.parametrize(
    "changes", [{"type": "shipment.eaten"}, {"data": {"order_id": "an-order"}}, {"data": {"tracking_number": "T-1"}}]
)
def test_a_webhook_that_cannot_be_understood_becomes_a_dead_letter_at_once(
    shop: ShopOnMoto, dead_letters: str, changes: dict[str, Any]
) -> None:
    _, order_id = booked_order(shop)

    assert not shop.deliver_webhook(order_id, "lost", **changes)

    assert len(causes(dead_letters)) == 1
    assert shop.order(order_id)["shipment"]["status"] == "BOOKED"


def test_an_operator_resolves_a_lost_parcel_with_a_comment(operators: Operators) -> None:
    _, order_id = booked_order(operators.shop)
    task_id = operators.open_task_of(lost(operators.shop, order_id))

    (task,) = operators.tasks()
    assert task | {"opened_at": "now"} == {
        "task_id": task_id,
        "order_id": order_id,
        "kind": "lost_shipment",
        "status": "open",
        "opened_at": "now",
        "failed_steps": [],
        "carrier": "sandbox",
        "tracking_number": f"SANDBOX-{order_id[:8].upper()}",
        "decisions": ["refund", "resolve"],
    }
    assert_problem(operators.decide(task_id, "resolve"), 422, "/comment")
    answer = operators.decide(task_id, "resolve", "the customer found it at the neighbour's")

    assert (answer.status, answer.document["decision"]) == (200, "resolve")
    assert operators.carry_out(task_id)[-1] == "Resolved"
    assert operators.tasks() == []
    order = operators.shop.order(order_id)
    assert (order["shipment"]["status"], order["payment"]["status"]) == ("LOST", "CAPTURED")


def test_the_task_of_a_lost_parcel_accepts_no_other_decision(operators: Operators) -> None:
    _, order_id = booked_order(operators.shop)
    task_id = operators.open_task_of(lost(operators.shop, order_id))

    assert_problem(operators.decide(task_id, "retry"), 422, "/decision")


@pytest.mark.parametrize("is_late", [False, True], ids=["", "event of the loss arrives last"])
def test_the_task_of_a_parcel_that_turned_up_is_closed(operators: Operators, *, is_late: bool) -> None:
    shop = operators.shop
    _, order_id = booked_order(shop)
    loss = lost(shop, order_id)
    delivery = moved(shop, order_id, "delivered")

    if is_late:
        operators.consume("close_tasks", delivery)
        task_id = operators.open_task_of(loss)
    else:
        task_id = operators.open_task_of(loss)
        operators.consume("close_tasks", delivery)

    assert operators.tasks() == []
    assert operators.carry_out(task_id)[-1] == "Closed"


@pytest.mark.parametrize(
    ("what", "subject", "words"),
    [
        ("dispatched", "Your parcel is on its way", "sandbox delivers it. The tracking number is SANDBOX-"),
        ("delivered", "Your parcel is delivered", "If you did not get it, please contact us."),
    ],
)
def test_the_customer_gets_an_email_about_the_parcel(shop: ShopOnMoto, what: str, subject: str, words: str) -> None:
    _, order_id = booked_order(shop)
    shop.deliver_webhook(order_id, what)

    written = email_about(shop, order_id, f"Shipment{what.capitalize()}")

    assert written.subject == subject
    assert words in written.text
    assert "2 x Kettle" in written.text
