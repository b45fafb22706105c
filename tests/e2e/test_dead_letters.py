"""A message that cannot be handled lands in a dead-letter queue with its cause, and holds up nobody."""

import json
from uuid import uuid4

from tests.e2e.shop import Json, Person, Shop, wait_until


def test_a_message_that_is_no_event(shop: Shop, customer: Person) -> None:
    poison = json.dumps({"poison": str(uuid4())})
    shop.aws.sqs.send_message(QueueUrl=shop.stack.outputs["ProjectionQueueUrl"], MessageBody=poison)

    buried = _find(shop, "ProjectionDeadLetterQueueUrl", poison)

    assert "ValidationError" in buried["MessageAttributes"]["cause"]["StringValue"]
    customer.wait_for(customer.place(shop.product()), "CONFIRMED")


def test_an_event_of_an_order_that_does_not_exist(shop: Shop) -> None:
    order_id = str(uuid4())
    event = json.dumps(
        {
            "specversion": "1.0",
            "id": f"orders:{order_id}:1",
            "source": "orders",
            "type": "OrderPlaced",
            "subject": order_id,
            "time": "2026-11-20T12:00:00.000000Z",
            "datacontenttype": "application/json",
            "dataschema": "urn:serverless-orders:event:OrderPlaced:1",
            "sequence": 1,
            "correlationid": order_id,
            "data": {},
        }
    )
    shop.aws.sqs.send_message(
        QueueUrl=shop.stack.outputs["FulfilmentQueueUrl"],
        MessageBody=event,
    )

    buried = _find(shop, "FulfilmentDeadLetterQueueUrl", event)

    assert "there is no order" in buried["MessageAttributes"]["cause"]["StringValue"]


def test_a_record_that_the_relay_cannot_read(shop: Shop, customer: Person) -> None:
    order_id = str(uuid4())
    shop.table("Payments").put_item(Item={"order_id": order_id, "events": ["no event"], "event_count": 1})

    buried = _find(shop, "UnreadableRecordsQueueUrl", order_id)

    assert buried["MessageAttributes"]["cause"]["StringValue"]
    customer.wait_for(customer.place(shop.product()), "CONFIRMED")


def _find(shop: Shop, queue: str, text: str) -> Json:
    """Wait for the message that contains `text`."""

    def look() -> Json | None:
        messages = shop.messages(shop.stack.outputs[queue])
        return next((message for message in messages if text in message["Body"]), None)

    return wait_until(look, what=f"{text} in {queue}") or {}
