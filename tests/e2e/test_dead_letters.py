"""A message that cannot be processed goes to a dead-letter queue with its cause, and can be redriven."""

import json
from uuid import uuid4

from kernel.cloud_event import Cause, CloudEvent
from payment import PaymentVoided
from tests.e2e.shop import Caller, Json, Shop
from tests.support.waiting import wait_until
from tools.event_store import event_archive


def test_an_invalid_message_goes_to_the_dead_letter_queue(shop: Shop, customer: Caller) -> None:
    invalid = json.dumps({"invalid": str(uuid4())})
    shop.aws.sqs.send_message(QueueUrl=shop.stack.outputs["ProjectionQueueUrl"], MessageBody=invalid)

    dead_letter = _find(shop, "ProjectionDeadLetterQueueUrl", invalid)

    assert "ValidationError" in dead_letter["MessageAttributes"]["cause"]["StringValue"]
    customer.wait_for(customer.place(shop.product()), "CONFIRMED")


def test_an_event_of_an_unknown_order_goes_to_the_dead_letter_queue(shop: Shop) -> None:
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

    dead_letter = _find(shop, "FulfilmentDeadLetterQueueUrl", event)

    assert "there is no order" in dead_letter["MessageAttributes"]["cause"]["StringValue"]


def test_an_unreadable_record_goes_to_the_queue_of_unreadable_records(shop: Shop, customer: Caller) -> None:
    order_id = str(uuid4())
    shop.table("Payments").put_item(Item={"order_id": order_id, "events": ["no event"], "event_count": 1})

    dead_letter = _find(shop, "UnreadableRecordsQueueUrl", order_id)

    assert dead_letter["MessageAttributes"]["cause"]["StringValue"]
    customer.wait_for(customer.place(shop.product()), "CONFIRMED")


def test_an_invalid_message_returns_after_a_redrive_and_blocks_no_other(shop: Shop, customer: Caller) -> None:
    invalid = json.dumps({"invalid": str(uuid4())})
    shop.aws.sqs.send_message(QueueUrl=shop.stack.outputs["ProjectionQueueUrl"], MessageBody=invalid)
    (dead_letter,) = _listed(shop, "projection", invalid)
    assert "not valid" in dead_letter["cause"]

    assert shop.redrive("projection")["sent"] >= 1

    (returned,) = _listed(shop, "projection", invalid, other_than=dead_letter)
    assert "not valid" in returned["cause"]
    customer.wait_for(customer.place(shop.product()), "CONFIRMED")


def test_a_redrive_after_a_temporary_fault_succeeds(shop: Shop, customer: Caller) -> None:
    order_id = customer.place(shop.product())
    order = customer.wait_for(order_id, "CONFIRMED")
    events = customer.get(f"/orders/{order_id}/events").json()["events"]
    _delete_view(shop, order_id)
    for event in events:
        shop.aws.sqs.send_message(
            QueueUrl=shop.stack.outputs["ProjectionDeadLetterQueueUrl"],
            MessageBody=json.dumps(event),
            MessageAttributes={"cause": {"DataType": "String", "StringValue": "the table did not answer"}},
        )

    assert shop.redrive("projection")["sent"] >= len(events)

    assert customer.wait_for(order_id, "CONFIRMED") == order


def test_failed_stream_batches_are_republished_from_the_tables(shop: Shop, customer: Caller) -> None:
    order_id = customer.place(shop.product())
    order = customer.wait_for(order_id, "CONFIRMED")
    stored = wait_until(
        lambda: len(found := shop.stored_events(order_id)) >= 6 and found, description="the stored events"
    )
    _delete_view(shop, order_id)
    _delete_stored_events(shop, order_id)
    assert (customer.order(order_id), shop.stored_events(order_id)) == ({}, [])

    for table in ("Orders", "Inventory", "Payments", "Shipping"):
        batch = {
            "streamArn": _stream(shop, table),
            "approximateArrivalOfFirstRecord": order["placed_at"],
            "shardId": "shardId-1",
        }
        shop.aws.sqs.send_message(
            QueueUrl=shop.stack.outputs["StreamFailuresQueueUrl"], MessageBody=json.dumps({"DDBStreamBatchInfo": batch})
        )
    assert shop.redrive("stream-failures") == {"queue": "stream-failures", "sent": 4, "left": 0, "finished": True}

    assert customer.wait_for(order_id, "CONFIRMED") == order
    republished = wait_until(
        lambda: len(found := shop.stored_events(order_id)) >= 6 and found, description="the stored events"
    )
    assert republished == stored


def test_a_corrected_record_is_published_after_a_redrive(shop: Shop) -> None:
    order_id = str(uuid4())
    item = {"order_id": order_id, "events": ["no event"], "event_count": 1}
    shop.table("Payments").put_item(Item=item)
    _listed(shop, "unreadable-records", order_id)

    voided = PaymentVoided(amount={"amount": 1500, "currency": "EUR"}, payment_method="pm_card_visa")
    event = CloudEvent.of(voided, source="payments", subject=order_id, sequence=1, cause=Cause())
    shop.table("Payments").put_item(Item=item | {"events": [event.document()]})
    shop.redrive("unreadable-records")

    (stored,) = wait_until(lambda: shop.stored_events(order_id), description="the stored event")
    assert stored == event.document()


def test_only_operators_can_redrive_and_only_existing_queues(shop: Shop, customer: Caller) -> None:
    assert shop.operator.post("/dead-letters/nothing/redrive").status_code == 404
    assert customer.post("/dead-letters/projection/redrive").status_code == 403
    assert customer.get("/dead-letters").status_code == 403


def _listed(shop: Shop, queue: str, text: str, other_than: Json | None = None) -> list[Json]:
    """Wait until an operator sees a message with `text`, other than the message `other_than`."""

    def listed() -> list[Json]:
        response = shop.operator.get("/dead-letters")
        assert response.status_code == 200, response.text
        (found,) = [each for each in response.json()["queues"] if each["queue"] == queue]
        excluded = other_than["message_id"] if other_than else None
        return [each for each in found["messages"] if text in each["body"] and each["message_id"] != excluded]

    return wait_until(listed, description=f"{text} in {queue}")


def _delete_view(shop: Shop, order_id: str) -> None:
    table = shop.table("Views")
    items = table.query(KeyConditionExpression="pk = :pk", ExpressionAttributeValues={":pk": f"ORDER#{order_id}"})[
        "Items"
    ]
    for item in items:
        table.delete_item(Key={"pk": item["pk"], "sk": item["sk"]})


def _delete_stored_events(shop: Shop, order_id: str) -> None:
    """Delete the objects with the order's events. In the emulator, each object holds one event."""
    bucket = shop.stack.outputs["EventStoreBucketName"]
    for page in shop.aws.s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix="events/"):
        for entry in page.get("Contents", []):
            body = shop.aws.s3.get_object(Bucket=bucket, Key=entry["Key"])["Body"].read()
            if any(event["subject"] == order_id for event in event_archive.events_in(body)):
                shop.aws.s3.delete_object(Bucket=bucket, Key=entry["Key"])


def _stream(shop: Shop, table: str) -> str:
    name = shop.stack.outputs[f"{table}TableName"]
    return str(shop.dynamodb.describe_table(TableName=name)["Table"]["LatestStreamArn"])


def _find(shop: Shop, queue: str, text: str) -> Json:
    """Wait for the message that contains `text`, and return it."""

    def find() -> Json | None:
        messages = shop.messages(shop.stack.outputs[queue])
        return next((message for message in messages if text in message["Body"]), None)

    return wait_until(find, description=f"{text} in {queue}") or {}
