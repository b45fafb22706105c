"""Webhooks on the deployed stack: forged ones, those of the providers, and a rotation of the secret."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from tests.e2e.providers import move_parcel, secrets, send
from tests.e2e.shop import Caller, Json, Shop
from tests.support.waiting import wait_until
from tests.support.webhooks import OTHER_SECRET, payment_webhook, shipment_webhook

PRICE = 1500
ASKS_THE_BANK = "pm_requires_action"


@contextmanager
def stored_secrets(shop: Shop, changed: dict[str, list[str]]) -> Iterator[None]:
    """Store other secrets, and restore the original ones at the end."""
    original = secrets(shop)
    manager, secret_id = shop.client("secretsmanager"), shop.stack.outputs["WebhookSecretArn"]
    manager.put_secret_value(SecretId=secret_id, SecretString=json.dumps(original | changed))
    try:
        yield
    finally:
        manager.put_secret_value(SecretId=secret_id, SecretString=json.dumps(original))


def is_in_inbox(shop: Shop, provider: str, webhook_id: str) -> bool:
    return bool(shop.item("WebhookInbox", delivery=f"{provider}#{webhook_id}"))


def waiting_order(shop: Shop, customer: Caller) -> str:
    """Place an order that waits for its payment."""
    order_id = customer.place(shop.product(unit_price=PRICE), payment_method=ASKS_THE_BANK)
    order = customer.wait_for(order_id, "AWAITING_PAYMENT")
    assert order["payment"]["status"] == "ACTION_REQUIRED"
    return order_id


def booked_order(shop: Shop, customer: Caller) -> str:
    order_id = customer.place(shop.product(unit_price=PRICE))
    customer.wait_until_paid(order_id)
    return order_id


def wait_for_shipment(customer: Caller, order_id: str, status: str) -> Json:
    order: Json = {}

    def has_status() -> bool:
        nonlocal order
        order = customer.order(order_id)
        # The views can contain the confirmation before the shipment.
        return order["shipment"] is not None and bool(order["shipment"]["status"] == status)

    wait_until(has_status, description=f"shipment {status}", progress=lambda: json.dumps(order.get("shipment")))
    return order


def types_of(shop: Shop, table: str, order_id: str) -> list[str]:
    return [event["type"] for event in shop.item(table, order_id=order_id)["events"]]


@pytest.mark.parametrize(
    "forged",
    [
        pytest.param({"secret": OTHER_SECRET}, id="another secret"),
        pytest.param({"age": timedelta(minutes=6)}, id="an old signature"),
        pytest.param({"age": timedelta(minutes=-6)}, id="a signature of the future"),
        pytest.param({"changed_headers": {"webhook-signature": ""}}, id="no signature"),
        pytest.param({"changed_headers": {"webhook-signature": "v1,YQ=="}}, id="a wrong signature"),
        pytest.param({"sent": payment_webhook(str(uuid4()), amount=1)}, id="another body"),
    ],
)
def test_a_forged_webhook_is_refused_and_has_no_effect(shop: Shop, customer: Caller, forged: dict[str, Any]) -> None:
    webhook_id = f"msg_{uuid4().hex}"

    response = send(shop, "payments", payment_webhook(str(uuid4())), webhook_id=webhook_id, **forged)

    assert (response.status_code, response.headers["Content-Type"]) == (401, "application/problem+json")
    assert not is_in_inbox(shop, "payments", webhook_id)


def test_three_deliveries_authorize_a_payment_once(shop: Shop, customer: Caller) -> None:
    order_id = waiting_order(shop, customer)
    body = payment_webhook(order_id, amount=PRICE, note="Zahlung bestätigt ✓")

    responses = [send(shop, "payments", body, webhook_id=f"msg_{order_id}") for _ in range(3)]

    assert {(each.status_code, each.text) for each in responses} == {(202, responses[0].text)}
    order = customer.wait_for(order_id, "CONFIRMED")
    assert order["payment"]["status"] == "CAPTURED"
    assert types_of(shop, "Payments", order_id) == ["PaymentActionRequired", "PaymentAuthorized", "PaymentCaptured"]
    assert shop.money(order_id) == {"captured": PRICE, "held": 0}
    wait_until(lambda: not shop.running(order_id), description=f"the end of the run of {order_id}")


def test_a_webhook_with_another_amount_changes_nothing(shop: Shop, customer: Caller) -> None:
    order_id = waiting_order(shop, customer)
    for index, other in enumerate(({"amount": PRICE - 1}, {"currency": "USD"})):
        webhook = payment_webhook(order_id, **({"amount": PRICE} | other))
        assert send(shop, "payments", webhook, webhook_id=f"msg_{order_id}-{index}").status_code == 202
    _wait_until_consumed(shop, "PaymentWebhooksQueueUrl")

    assert types_of(shop, "Payments", order_id) == ["PaymentActionRequired"]
    assert customer.order(order_id)["status"] == "AWAITING_PAYMENT"
    assert send(shop, "payments", payment_webhook(order_id, amount=PRICE)).status_code == 202
    assert customer.wait_for(order_id, "CONFIRMED")["payment"]["status"] == "CAPTURED"


def test_a_webhook_after_the_cancellation_holds_nothing(shop: Shop, customer: Caller) -> None:
    order_id = waiting_order(shop, customer)
    assert customer.post(f"/orders/{order_id}/cancellation").status_code == 202
    customer.wait_for(order_id, "CANCELLED")

    assert send(shop, "payments", payment_webhook(order_id, amount=PRICE)).status_code == 202
    _wait_until_consumed(shop, "PaymentWebhooksQueueUrl")

    assert customer.order(order_id)["status"] == "CANCELLED"
    assert shop.money_at_gateway(order_id) == ("VOIDED", 0)


def test_the_carrier_reports_the_movements_of_a_parcel(shop: Shop, customer: Caller) -> None:
    order_id = booked_order(shop, customer)

    for status in ("dispatched", "delivered"):
        move_parcel(shop, order_id, status)
        wait_for_shipment(customer, order_id, status.upper())

    assert types_of(shop, "Shipping", order_id) == ["ShipmentBooked", "ShipmentDispatched", "ShipmentDelivered"]


def test_a_late_dispatch_does_not_undo_a_delivery(shop: Shop, customer: Caller) -> None:
    order_id = booked_order(shop, customer)
    assert send(shop, "carrier", shipment_webhook(order_id, "shipment.delivered")).status_code == 202
    wait_for_shipment(customer, order_id, "DELIVERED")

    assert send(shop, "carrier", shipment_webhook(order_id, "shipment.dispatched")).status_code == 202
    _wait_until_consumed(shop, "CarrierWebhooksQueueUrl")

    assert customer.order(order_id)["shipment"]["status"] == "DELIVERED"
    assert types_of(shop, "Shipping", order_id) == ["ShipmentBooked", "ShipmentDelivered"]


def test_a_lost_parcel_becomes_a_task_and_a_refund(shop: Shop, customer: Caller) -> None:
    order_id = booked_order(shop, customer)
    move_parcel(shop, order_id, "lost")
    task = shop.task_of(order_id)
    assert task["kind"] == "lost_shipment"

    assert shop.decide(task, "refund").status_code == 200

    order = customer.wait_for_return(order_id, "COMPLETED")
    assert (order["refunded"], shop.refunded_at_gateway(order_id)) == (PRICE, PRICE)
    assert order["shipment"]["status"] == "LOST"


def test_a_new_secret_is_valid_at_once_beside_the_old_one(shop: Shop, customer: Caller) -> None:
    (old,) = secrets(shop)["payments"]
    assert send(shop, "payments", payment_webhook(str(uuid4()), "payment.test")).status_code == 202
    with stored_secrets(shop, {"payments": [OTHER_SECRET, old]}):
        order_id = waiting_order(shop, customer)
        body = payment_webhook(order_id, amount=PRICE)
        # One refresh a minute in each function's process, and a forged webhook may have used it.
        wait_until(
            lambda: send(shop, "payments", body, secret=OTHER_SECRET).status_code == 202,
            description="the new secret to be valid",
            every_seconds=5,
        )
        assert send(shop, "payments", body, secret=old).status_code == 202
        assert customer.wait_for(order_id, "CONFIRMED")["payment"]["status"] == "CAPTURED"


def test_a_large_body_and_invalid_data_are_refused(shop: Shop) -> None:
    large = payment_webhook(str(uuid4()), note="x" * 2**16)

    assert send(shop, "payments", large).status_code == 413
    assert send(shop, "payments", payment_webhook("no order id")).status_code == 422
    assert send(shop, "carrier", shipment_webhook(str(uuid4()), "shipment.weighed")).status_code == 202


def _wait_until_consumed(shop: Shop, output: str) -> None:
    def is_empty() -> bool:
        attributes = shop.aws.sqs.get_queue_attributes(QueueUrl=shop.stack.outputs[output], AttributeNames=["All"])
        names = ("ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible")
        return sum(int(attributes["Attributes"][name]) for name in names) == 0

    wait_until(is_empty, description=f"an empty queue {output}")
