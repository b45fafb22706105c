"""Process whole orders in this process, from the request to the email, with the real handlers."""

import json
from importlib import import_module
from typing import Any
from uuid import uuid4

import boto3
import pytest

import customer_directory
import publisher
import send_notifications
from kernel import queue_consumer
from kernel.cloud_event import CloudEvent
from kernel.event_items import new_events
from tests.support.fake_step_functions import FakeStepFunctions, use_fake_step_functions
from tests.support.saga_run import invoke_handler, lambda_context, run_saga
from tests.support.shop_on_moto import SOURCES, ShopOnMoto

EMAIL = "zdenka@example.com"
PERSON = {
    "name": "Zdenka Okonkwo-Quux",
    "line1": "77 Unspeakable Row",
    "city": "Llanfairpwll",
    "postal_code": "QX9Q9X7",
}


class FakeServices:
    """Fakes of Firehose, SNS and SES that record their calls."""

    def __init__(self) -> None:
        self.published: list[CloudEvent] = []
        self.sent_emails = 0

    def put_record_batch(self, **_: Any) -> dict[str, Any]:
        return {"FailedPutCount": 0}

    def publish_batch(self, **batch: Any) -> dict[str, Any]:
        entries = batch["PublishBatchRequestEntries"]
        self.published += [CloudEvent.model_validate_json(entry["Message"]) for entry in entries]
        return {}

    def send_email(self, **_: Any) -> None:
        self.sent_emails += 1


class OrderProcessing:
    """Processes orders, and counts the pieces of work: requests, saga steps, and processed events."""

    def __init__(self, shop: ShopOnMoto, fakes: FakeServices, step_functions: FakeStepFunctions) -> None:
        self.shop = shop
        self.fakes = fakes
        self.step_functions = step_functions
        self.sku = shop.product()
        self.published = {event.id for event in shop.events()}
        self.pieces_of_work = 0

    def process_order(self, payment_method: str = "pm_card_visa") -> str:
        """Process a new order from the request to the email, read it, and return its id."""
        order_id = self.place(payment_method)
        placed = self.relay()
        self.consume("project_events", *placed)
        self.consume("start_fulfilment", *placed)
        self.run_saga()
        events = self.relay()
        self.consume("project_events", *events)
        self.consume(
            "send_notifications", *(event for event in events if event.type in ("OrderConfirmed", "OrderRejected"))
        )
        assert self.shop.call("GET", f"/orders/{order_id}").status == 200
        self.pieces_of_work += 1
        return order_id

    def place(self, payment_method: str = "pm_card_visa") -> str:
        self.pieces_of_work += 1
        return self.shop.place((self.sku, 1), payment_method=payment_method, **PERSON, country="IE")

    def relay(self) -> list[CloudEvent]:
        """Relay every item with unpublished events, and return these events."""
        self.fakes.published.clear()
        images = [image for table in SOURCES for image in self.shop.items(table)]
        new = [image for image in images if any(event.id not in self.published for event in new_events(image, None))]
        records = [{"dynamodb": {"NewImage": image}} for image in new]
        import_module("relay_events").handler({"Records": records}, lambda_context("relay_events"))
        self.published |= {event.id for event in self.fakes.published}
        self.pieces_of_work += len(self.fakes.published)
        return list(self.fakes.published)

    def consume(self, module: str, *events: CloudEvent) -> None:
        """Deliver the events to a consumer, in one batch."""
        records = [
            {
                "messageId": str(uuid4()),
                "body": json.dumps(event.document()),
                "attributes": {"ApproximateReceiveCount": "1"},
                "eventSource": "aws:sqs",
            }
            for event in events
        ]
        assert import_module(module).handler({"Records": records}, lambda_context(module)) == {"batchItemFailures": []}
        self.pieces_of_work += len(events)

    def run_saga(self) -> None:
        """Run the started sagas."""

        def invoke(step: str, payload: dict[str, Any]) -> dict[str, Any]:
            self.pieces_of_work += 1
            return invoke_handler(step, payload)

        for saga_input in self.step_functions.runs.values():
            run_saga(saga_input, invoke)


def order_processing(shop: ShopOnMoto, monkeypatch: pytest.MonkeyPatch) -> OrderProcessing:
    """Create a shop with a product and a customer who has an email address."""
    queue_consumer._sqs.cache_clear()  # noqa: SLF001 (the next client belongs to this test's moto)
    customer_directory._user_pool.cache_clear()  # noqa: SLF001
    fakes = FakeServices()
    monkeypatch.setattr(publisher, "_firehose", lambda: fakes)
    monkeypatch.setattr(publisher, "_sns", lambda: fakes)
    monkeypatch.setattr(send_notifications, "_ses", lambda: fakes)
    cognito = boto3.client("cognito-idp")
    pool = cognito.create_user_pool(PoolName="customers", UsernameAttributes=["email"])["UserPool"]["Id"]
    for name, value in {
        "EVENT_DELIVERY_STREAM_NAME": "delivery",
        "ORDER_EVENTS_TOPIC_ARN": "topic",
        "NOTIFICATIONS_TABLE_NAME": "Notifications",
        "NOTIFICATION_SENDER": "shop@example.com",
        "USER_POOL_ID": pool,
    }.items():
        monkeypatch.setenv(name, value)
    attributes = [{"Name": "email", "Value": EMAIL}, {"Name": "email_verified", "Value": "true"}]
    user = cognito.admin_create_user(UserPoolId=pool, Username=EMAIL, UserAttributes=attributes)["User"]
    shop.customer_id = next(each["Value"] for each in user["Attributes"] if each["Name"] == "sub")
    return OrderProcessing(shop, fakes, use_fake_step_functions(monkeypatch))
