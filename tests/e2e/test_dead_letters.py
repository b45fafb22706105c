"""A message that cannot be processed goes to a dead-letter queue with its cause, and can be redriven."""

import json
from uuid import uuid4

from kernel.cloud_event import Cause, CloudEvent
from payment import PaymentVoided
from tests.e2e.shop import Json, Person, Shop
from tests.support.waiting import wait_until
from tools.event_store import event_archive


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


def test_poison_comes_back_after_a_redrive_and_holds_up_nobody(shop: Shop, customer: Person) -> None:
    poison = json.dumps({"poison": str(uuid4())})
    shop.aws.sqs.send_message(QueueUrl=shop.stack.outputs["ProjectionQueueUrl"], MessageBody=poison)
    (first,) = _listed(shop, "projection", poison)
    assert "ValidationError" in first["cause"]

    assert shop.redrive("projection")["sent"] >= 1

    (again,) = _listed(shop, "projection", poison, but=first)
    assert "ValidationError" in again["cause"]
    customer.wait_for(customer.place(shop.product()), "CONFIRMED")


def test_what_met_a_passing_fault_goes_through_after_a_redrive(shop: Shop, customer: Person) -> None:
    order_id = customer.place(shop.product())
    order = customer.wait_for(order_id, "CONFIRMED")
    events = customer.get(f"/orders/{order_id}/events").json()["events"]
    _forget_view(shop, order_id)
    for event in events:
        shop.aws.sqs.send_message(
            QueueUrl=shop.stack.outputs["ProjectionDeadLetterQueueUrl"],
            MessageBody=json.dumps(event),
            MessageAttributes={"cause": {"DataType": "String", "StringValue": "the table did not answer"}},
        )

    assert shop.redrive("projection")["sent"] >= len(events)

    assert customer.wait_for(order_id, "CONFIRMED") == order


def test_what_a_stream_gave_up_is_announced_from_the_tables(shop: Shop, customer: Person) -> None:
    order_id = customer.place(shop.product())
    order = customer.wait_for(order_id, "CONFIRMED")
    stored = wait_until(lambda: len(found := shop.stored_events(order_id)) >= 6 and found, what="the stored events")
    _forget_view(shop, order_id)
    _forget_archive(shop, order_id)
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
    again = wait_until(lambda: len(found := shop.stored_events(order_id)) >= 6 and found, what="the stored events")
    assert again == stored


def test_a_record_is_announced_when_it_is_mended(shop: Shop) -> None:
    order_id = str(uuid4())
    item = {"order_id": order_id, "events": ["no event"], "event_count": 1}
    shop.table("Payments").put_item(Item=item)
    _listed(shop, "unreadable-records", order_id)

    voided = PaymentVoided(amount={"amount": 1500, "currency": "EUR"}, payment_method="pm_card_visa")
    event = CloudEvent.of(voided, source="payments", subject=order_id, sequence=1, cause=Cause())
    shop.table("Payments").put_item(Item=item | {"events": [event.document()]})
    shop.redrive("unreadable-records")

    (stored,) = wait_until(lambda: shop.stored_events(order_id), what="the stored event")
    assert stored == event.document()


def test_a_queue_that_does_not_exist(shop: Shop, customer: Person) -> None:
    assert shop.operator.post("/dead-letters/nothing/redrive").status_code == 404
    assert customer.post("/dead-letters/projection/redrive").status_code == 403
    assert customer.get("/dead-letters").status_code == 403


def _listed(shop: Shop, queue: str, text: str, but: Json | None = None) -> list[Json]:
    """Wait until an operator sees a message with `text`, other than the message `but`."""

    def look() -> list[Json]:
        answer = shop.operator.get("/dead-letters")
        assert answer.status_code == 200, answer.text
        (found,) = [each for each in answer.json()["queues"] if each["queue"] == queue]
        other = but["message_id"] if but else None
        return [each for each in found["messages"] if text in each["body"] and each["message_id"] != other]

    return wait_until(look, what=f"{text} in {queue}")


def _forget_view(shop: Shop, order_id: str) -> None:
    table = shop.table("Views")
    items = table.query(KeyConditionExpression="pk = :pk", ExpressionAttributeValues={":pk": f"ORDER#{order_id}"})[
        "Items"
    ]
    for item in items:
        table.delete_item(Key={"pk": item["pk"], "sk": item["sk"]})


def _forget_archive(shop: Shop, order_id: str) -> None:
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

    def look() -> Json | None:
        messages = shop.messages(shop.stack.outputs[queue])
        return next((message for message in messages if text in message["Body"]), None)

    return wait_until(look, what=f"{text} in {queue}") or {}
