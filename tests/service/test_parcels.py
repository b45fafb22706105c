"""Parcels: what the carrier's webhooks change, and what an operator does about a lost one."""

from typing import Any

import boto3
import pytest

from kernel import queue_consumer
from kernel.cloud_event import CloudEvent
from order_email import OrderEmail, compose_email
from refund_lost_shipment import NotPaidYet
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


def lost(shop: ShopOnMoto, order_id: str) -> CloudEvent:
    """Let the carrier lose the parcel, and return the event."""
    assert not shop.deliver_webhook(order_id, "lost")
    (event,) = [event for event in shop.events() if event.type == "ShipmentLost" and event.subject == order_id]
    return event


def refund_of_lost_parcel(operators: Operators, order_id: str) -> list[str]:
    """Lose the parcel, let an operator decide to refund it, and return the states of attend_order."""
    task_id = operators.open_task_of(lost(operators.shop, order_id))
    assert operators.decide(task_id, "refund", "the carrier confirms the loss").status == 200
    return operators.carry_out(task_id)


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


def test_a_lost_parcel_becomes_a_task_and_a_refund(operators: Operators) -> None:
    shop = operators.shop
    sku, order_id = booked_order(shop, stock=10, quantity=2)
    task_id = operators.open_task_of(lost(shop, order_id))

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
    assert operators.decide(task_id, "refund", "the carrier confirms it").document["decision"] == "refund"
    assert operators.carry_out(task_id)[-1] == "RefundLostShipment"
    accepted = operators.return_events(order_id)[-1]
    assert (accepted.type, accepted.data["comment"]) == ("ReturnAccepted", "the carrier confirms it")
    states = shop.refund(order_id, accepted.data["return_id"])

    assert (states[-1], "RestockItems" in states) == ("CompleteReturn", False)
    order = shop.order(order_id)
    (refunded,) = order["returns"]
    assert refunded | {"return_id": "an id", "requested_at": "now"} == {
        "return_id": "an id",
        "status": "COMPLETED",
        "items": [],
        "refund_amount": 2 * PRICE,
        "reason": "The parcel was lost.",
        "requested_at": "now",
    }
    assert (order["status"], order["shipment"]["status"], order["refunded"]) == ("CONFIRMED", "LOST", 2 * PRICE)
    assert (shop.refunded_at_gateway(order_id), shop.available(sku)) == (2 * PRICE, 8)
    assert operators.tasks() == []


def test_a_lost_parcel_is_refunded_once(operators: Operators) -> None:
    _, order_id = booked_order(operators.shop)

    refund_of_lost_parcel(operators, order_id)
    answer = invoke_handler("RefundLostShipment", {"order_id": order_id})

    assert answer == {"outcome": "ACCEPTED"}
    assert [event.type for event in operators.return_events(order_id)] == ["ReturnAccepted"]


def test_only_what_is_in_no_other_return_is_refunded(operators: Operators) -> None:
    shop = operators.shop
    sku, order_id = booked_order(shop, quantity=4)
    returned = shop.accepted_return(order_id, (sku, 1))
    shop.refund(order_id, returned)
    refused = shop.request_return(order_id, (sku, 2))
    shop.answer_return(order_id, refused, "reject")

    refund_of_lost_parcel(operators, order_id)

    accepted = operators.return_events(order_id)[-1]
    assert accepted.data["refund_amount"] == 3 * PRICE
    shop.refund(order_id, accepted.data["return_id"])
    assert (shop.order(order_id)["refunded"], shop.refunded_at_gateway(order_id)) == (4 * PRICE, 4 * PRICE)


def test_a_lost_parcel_with_nothing_left_to_refund_leads_to_no_return(operators: Operators) -> None:
    shop = operators.shop
    sku, order_id = booked_order(shop, quantity=2)
    shop.accepted_return(order_id, (sku, 2))
    before = operators.return_events(order_id)

    assert refund_of_lost_parcel(operators, order_id)[-1] == "RefundLostShipment"

    assert operators.return_events(order_id) == before


def test_the_parcel_of_a_rejected_order_is_not_refunded(operators: Operators) -> None:
    shop = operators.shop
    order_id = shop.place((shop.product(), 1))
    invoke_handler("BookShipment", shop.saga_input(order_id))
    task_id = operators.open_task_of(lost(shop, order_id))
    invoke_handler("RejectOrder", shop.saga_input(order_id) | {"reason": "OUT_OF_STOCK"})
    shop.deliver()

    operators.decide(task_id, "refund")

    assert operators.carry_out(task_id)[-1] == "RefundLostShipment"
    assert shop.item("Returns", order_id=order_id) == {}


def test_a_refund_waits_until_the_payment_is_captured(shop: ShopOnMoto) -> None:
    order_id = shop.place((shop.product(unit_price=PRICE), 1), payment_method="pm_capture_down")
    shop.fulfil(order_id)
    shop.deliver()
    with pytest.raises(NotPaidYet):
        invoke_handler("RefundLostShipment", {"order_id": order_id})

    invoke_handler("CapturePayment", {"order_id": order_id, "by_hand": "cash"})
    shop.deliver()

    assert invoke_handler("RefundLostShipment", {"order_id": order_id}) == {"outcome": "ACCEPTED"}


def test_an_operator_resolves_a_lost_parcel_with_a_comment(operators: Operators) -> None:
    _, order_id = booked_order(operators.shop)
    task_id = operators.open_task_of(lost(operators.shop, order_id))

    assert_problem(operators.decide(task_id, "resolve"), 422, "/comment")
    answer = operators.decide(task_id, "resolve", "the customer found it at the neighbour's")

    assert (answer.status, answer.document["decision"]) == (200, "resolve")
    assert operators.carry_out(task_id)[-1] == "Resolved"
    assert operators.shop.order(order_id)["returns"] == []


@pytest.mark.parametrize(
    ("decision", "restock", "pointer"), [("retry", None, "/decision"), ("refund", True, "/restock")]
)
def test_the_task_of_a_lost_parcel_accepts_no_other_decision(
    operators: Operators, decision: str, restock: bool | None, pointer: str
) -> None:
    _, order_id = booked_order(operators.shop)
    task_id = operators.open_task_of(lost(operators.shop, order_id))

    assert_problem(operators.decide(task_id, decision, restock=restock), 422, pointer)


def test_the_task_of_a_parcel_that_turned_up_stays_open(operators: Operators) -> None:
    shop = operators.shop
    _, order_id = booked_order(shop)
    task_id = operators.open_task_of(lost(shop, order_id))

    assert not shop.deliver_webhook(order_id, "delivered")

    assert [task["task_id"] for task in operators.tasks()] == [task_id]
    assert shop.order(order_id)["shipment"]["status"] == "DELIVERED"


def test_a_lost_parcel_cannot_be_returned(operators: Operators) -> None:
    shop = operators.shop
    sku, order_id = booked_order(shop)
    key = "before-the-loss"
    first = shop.post_return(order_id, (sku, 1), key=key)
    lost(shop, order_id)
    shop.deliver()

    refusal = shop.post_return(order_id, (sku, 1))

    assert_problem(refusal, 409)
    assert "lost the parcel" in refusal.document["detail"]
    repeated = shop.post_return(order_id, (sku, 1), key=key)
    assert (repeated.status, repeated.document) == (202, first.document)


def test_what_was_refunded_as_lost_cannot_be_returned_after_it_turned_up(operators: Operators) -> None:
    shop = operators.shop
    sku, order_id = booked_order(shop)
    refund_of_lost_parcel(operators, order_id)
    shop.deliver_webhook(order_id, "delivered")
    shop.deliver()

    assert_problem(shop.post_return(order_id, (sku, 1)), 422, "/items/0/quantity")


def test_a_shop_can_require_the_delivery_before_a_return(shop: ShopOnMoto, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RETURNS_FROM", "DELIVERY")
    sku, order_id = booked_order(shop)
    for what in (None, "dispatched"):
        if what:
            shop.deliver_webhook(order_id, what)
            shop.deliver()
        refusal = shop.post_return(order_id, (sku, 1))
        assert_problem(refusal, 409)
        assert refusal.document["type"] == "urn:serverless-orders:problem:not-returnable"
        assert "after the delivery" in refusal.document["detail"]

    shop.deliver_webhook(order_id, "delivered")
    shop.deliver()

    assert shop.post_return(order_id, (sku, 1)).status == 202
    assert shop.post_return(order_id, (sku, 1)).status == 202


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


def test_the_emails_about_a_lost_parcel_name_no_items(operators: Operators) -> None:
    shop = operators.shop
    _, order_id = booked_order(shop)
    refund_of_lost_parcel(operators, order_id)
    shop.refund(order_id, operators.return_events(order_id)[-1].data["return_id"])

    accepted, completed = (email_about(shop, order_id, name) for name in ("ReturnAccepted", "ReturnCompleted"))

    assert accepted.subject == "Your parcel is lost, and we refund it"
    assert completed.subject == "Your refund is on its way"
    for written in (accepted, completed):
        assert "items below" not in written.text
        assert "Refund: 5.00 EUR" in written.text
