"""The relay archives first, then publishes. It loses no event, and an unreadable record does not block the others."""

import json
from itertools import pairwise
from typing import Any

import boto3
import pytest

import publisher
import relay_events
from kernel import observability
from kernel.cloud_event import Cause, CloudEvent, EventData
from kernel.dynamodb import to_item
from publisher import OVERHEAD_BYTES, PUBLISH_BYTES, EncodedEvent, NotAccepted, batches
from tests.support.saga_run import invoke_handler, lambda_context
from tests.support.shop_on_moto import ShopOnMoto, set_environment

WITH_A_BINARY_VALUE = {
    "id": "orders:o:1",
    "source": "orders",
    "type": "OrderPlaced",
    "subject": "o",
    "time": "2026-11-20T15:38:00.000000Z",
    "dataschema": "urn:serverless-orders:event:OrderPlaced:1",
    "sequence": 1,
    "correlationid": "o",
    "data": {"picture": b"\xff"},
}
UNREADABLE_IMAGES = [
    pytest.param({"events": [WITH_A_BINARY_VALUE], "event_count": 1}, id="an event that JSON cannot write"),
    pytest.param({"events": [{"id": "x"}], "event_count": 1}, id="no event"),
    pytest.param({"events": "x", "event_count": 1}, id="text"),
    pytest.param({"events": 7, "event_count": 1}, id="a number"),
    pytest.param({"events": {"a": 1}, "event_count": 1}, id="a map"),
    pytest.param({"level_event": "x", "version": 1, "subject": "CUP-1", "level": {}}, id="a level with a bad header"),
    pytest.param({"level_event": {"type": "ProductStocked"}}, id="a level without anything"),
]


class Kettled(EventData):
    """An event type that no service defines."""

    decided_by: str | None = None
    text: str = ""


def event(sequence: int, text: str = "", decided_by: str | None = None) -> CloudEvent:
    data = Kettled(text=text, decided_by=decided_by)
    return CloudEvent.of(data, source="orders", subject="1", sequence=sequence, cause=Cause())


def record(*events: CloudEvent, old: int = 0) -> dict[str, Any]:
    """Return a stream record of an item with `events`. The old image has the first `old` of them."""
    documents = [event.document() for event in events]
    image = to_item({"order_id": "1", "events": documents, "event_count": len(events)})
    change = {"Keys": to_item({"order_id": "1"}), "NewImage": image}
    if old:
        change["OldImage"] = to_item({"order_id": "1", "events": documents[:old], "event_count": old})
    return {"eventID": "e", "eventSourceARN": "arn:table", "dynamodb": change}


class Engine:
    """Fakes of Firehose, SNS and SQS that record the relay's calls in order."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, list[dict[str, Any]]]] = []
        self.set_aside: list[dict[str, Any]] = []
        self.archive_answer: dict[str, Any] = {"FailedPutCount": 0, "RequestResponses": []}
        self.announce_answer: dict[str, Any] = {"Successful": []}

    def put_record_batch(self, DeliveryStreamName: str, Records: list[dict[str, Any]]) -> dict[str, Any]:  # noqa: N803
        assert DeliveryStreamName == "delivery"
        assert all(record["Data"].endswith(b"\n") and record["Data"].count(b"\n") == 1 for record in Records)
        self.calls.append(("archive", [json.loads(record["Data"]) for record in Records]))
        return self.archive_answer

    def publish_batch(self, TopicArn: str, PublishBatchRequestEntries: list[dict[str, Any]]) -> dict[str, Any]:  # noqa: N803
        assert TopicArn == "topic"
        assert len({entry["Id"] for entry in PublishBatchRequestEntries}) == len(PublishBatchRequestEntries)
        self.calls.append(("announce", PublishBatchRequestEntries))
        return self.announce_answer

    def send_message(self, **message: Any) -> None:
        self.set_aside.append(message)

    def relay(self, *records: dict[str, Any]) -> None:
        relay_events.handler({"Records": list(records)}, lambda_context("relay_events"))

    def archived(self) -> list[dict[str, Any]]:
        return [document for call, batch in self.calls if call == "archive" for document in batch]

    def announced(self) -> list[dict[str, Any]]:
        return [json.loads(entry["Message"]) for call, batch in self.calls if call == "announce" for entry in batch]


@pytest.fixture
def engine(monkeypatch: pytest.MonkeyPatch) -> Engine:
    set_environment(monkeypatch.setenv)
    engine = Engine()
    for name in ("_firehose", "_sns", "_sqs"):
        monkeypatch.setattr(publisher, name, lambda: engine)
    monkeypatch.setenv("EVENT_DELIVERY_STREAM_NAME", "delivery")
    monkeypatch.setenv("ORDER_EVENTS_TOPIC_ARN", "topic")
    monkeypatch.setenv("UNREADABLE_RECORDS_QUEUE_URL", "queue")
    return engine


def test_events_are_archived_before_they_are_published(engine: Engine) -> None:
    first, second = event(1, "Tee für zwei\nund mehr"), event(2)

    engine.relay(record(first), record(first, second, old=1))

    assert [call for call, _ in engine.calls] == ["archive", "announce"]
    assert engine.archived() == engine.announced() == [first.document(), second.document()]


def test_a_message_has_the_attributes_that_the_filters_need(engine: Engine) -> None:
    engine.relay(record(event(1), event(2, decided_by="customer")))

    (_, entries) = engine.calls[-1]
    told = [{name: value["StringValue"] for name, value in entry["MessageAttributes"].items()} for entry in entries]
    assert told == [
        {"type": "Kettled", "source": "orders"},
        {"type": "Kettled", "source": "orders", "decided_by": "customer"},
    ]


def test_a_write_without_a_new_event_publishes_nothing(engine: Engine) -> None:
    engine.relay(record(event(1), old=1), record(), {"dynamodb": {"Keys": {}, "OldImage": {}}}, {})

    assert engine.calls == []
    assert engine.set_aside == []


@pytest.mark.parametrize(
    "fault", [{"FailedPutCount": 1, "RequestResponses": [{"RecordId": "1"}, {"ErrorCode": "ServiceUnavailable"}]}]
)
def test_an_event_that_was_not_archived_is_not_published(engine: Engine, fault: dict[str, Any]) -> None:
    engine.archive_answer = fault

    with pytest.raises(NotAccepted, match=r"1 of 2 events.*ServiceUnavailable"):
        engine.relay(record(event(1), event(2)))

    assert engine.announced() == []


def test_a_failed_publication_makes_lambda_retry_the_batch(engine: Engine) -> None:
    engine.announce_answer = {"Successful": [{"Id": "0"}], "Failed": [{"Id": "1", "Code": "Throttled"}]}

    with pytest.raises(NotAccepted, match=r"1 of 2 events.*Throttled"):
        engine.relay(record(event(1), event(2)))


def test_all_events_of_a_batch_are_archived_before_any_is_published(engine: Engine) -> None:
    engine.relay(*(record(event(sequence)) for sequence in range(1, 502)))

    calls = [(call, len(batch)) for call, batch in engine.calls]
    assert calls == [("archive", 500), ("archive", 1), *[("announce", 10)] * 50, ("announce", 1)]


def test_large_events_are_published_in_smaller_batches(engine: Engine) -> None:
    engine.relay(*(record(event(sequence, "x" * 100_000)) for sequence in range(1, 6)))

    assert [(call, len(batch)) for call, batch in engine.calls] == [
        ("archive", 5),
        *[("announce", 2)] * 2,
        ("announce", 1),
    ]


def test_batches_respect_the_limits_of_records_and_bytes() -> None:
    sizes = [1, 1, 1, 5, 9, 2, 3]
    events = [EncodedEvent(event(size), b"." * (1000 * size - OVERHEAD_BYTES)) for size in sizes]

    cut = batches(events, most_records=2, most_bytes=5000)

    assert [[one.event.sequence for one in batch] for batch in cut] == [[1, 1], [1], [5], [9], [2, 3]]


@pytest.mark.parametrize("image", UNREADABLE_IMAGES)
def test_an_unreadable_record_is_set_aside_and_all_others_are_published(engine: Engine, image: dict[str, Any]) -> None:
    unreadable = {
        "eventID": "7",
        "eventSourceARN": "arn:table",
        "dynamodb": {"Keys": to_item({"order_id": "secret-free"}), "NewImage": to_item(image)},
    }

    engine.relay(record(event(1)), unreadable, record(event(2)))

    assert [document["sequence"] for document in engine.announced()] == [1, 2]
    (message,) = engine.set_aside
    assert message["QueueUrl"] == "queue"
    assert json.loads(message["MessageBody"]) == {
        "event_source_arn": "arn:table",
        "event_id": "7",
        "keys": {"order_id": {"S": "secret-free"}},
    }
    assert "Error" in message["MessageAttributes"]["cause"]["StringValue"]


def rejected(**changes: Any) -> dict[str, Any]:
    """Return a record with the event of a rejected order. `changes` overwrite members of its document."""
    data = {"status": "REJECTED", "decided_by": "saga", "reason": "OUT_OF_STOCK"}
    document = WITH_A_BINARY_VALUE | {"type": "OrderRejected", "data": data} | changes
    image = to_item({"order_id": "o", "events": [document], "event_count": 1})
    return {"eventSourceARN": "arn:table", "dynamodb": {"Keys": to_item({"order_id": "o"}), "NewImage": image}}


def without_reason() -> dict[str, Any]:
    return {"status": "REJECTED", "decided_by": "saga"}


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"traceparent": "zzz"}, id="a traceparent that is none"),
        pytest.param({"time": "2026-99-99T00:00:00.000000Z"}, id="a time that does not exist"),
        pytest.param({"sequence": 10**30, "id": f"orders:o:{10**30}"}, id="a sequence without bounds"),
        pytest.param({"id": "orders:o:2"}, id="an id that does not fit"),
        pytest.param({"type": "Rejected\uffff"}, id="a type that no attribute holds"),
        pytest.param({"data": without_reason()}, id="no reason"),
        pytest.param({"data": without_reason() | {"reason": 7}}, id="a reason that is a number"),
        pytest.param({"data": without_reason() | {"reason": ""}}, id="an empty reason"),
        pytest.param({"data": without_reason() | {"reason": "x", "decided_by": 7}}, id="decided by a number"),
        pytest.param({"data": without_reason() | {"reason": "x", "decided_by": ""}}, id="decided by an empty text"),
        pytest.param({"data": without_reason() | {"reason": "x", "decided_by": "\uffff"}}, id="a noncharacter"),
        pytest.param({"data": without_reason() | {"reason": "x" * PUBLISH_BYTES}}, id="more than SNS takes"),
        pytest.param({"data": without_reason() | {"reason": "ü" * 50_000}}, id="more than SNS takes when escaped"),
    ],
)
def test_an_unpublishable_record_is_set_aside_before_anything_is_archived(
    engine: Engine, changes: dict[str, Any]
) -> None:
    engine.relay(record(event(1)), rejected(**changes), record(event(2)))

    assert [document["sequence"] for document in engine.archived()] == [1, 2]
    assert [document["sequence"] for document in engine.announced()] == [1, 2]
    (message,) = engine.set_aside
    assert json.loads(message["MessageBody"])["keys"] == {"order_id": {"S": "o"}}
    cause = message["MessageAttributes"]["cause"]["StringValue"]
    assert cause.startswith(("ValidationError: ", "Unpublishable: "))
    assert cause.isascii()


def test_a_record_without_these_faults_is_published(engine: Engine) -> None:
    engine.relay(rejected())

    assert [one["type"] for one in engine.announced()] == ["OrderRejected"]


def test_the_largest_message_that_sns_takes_is_published(engine: Engine) -> None:
    data = without_reason() | {"reason": "x"}
    engine.relay(rejected(data=data))
    message = engine.calls[-1][1][0]
    attributes = message["MessageAttributes"].items()
    spent = sum(len(name + value["DataType"] + value["StringValue"]) for name, value in attributes)
    room = PUBLISH_BYTES - spent - len(message["Message"])
    engine.calls.clear()

    engine.relay(rejected(data=data | {"reason": "x" * (1 + room)}), rejected(data=data | {"reason": "x" * (2 + room)}))

    assert len(engine.announced()) == len(engine.archived()) == len(engine.set_aside) == 1


def test_an_event_is_ascii_in_the_store_and_in_its_message(engine: Engine) -> None:
    engine.relay(record(event(1, "Tee für zwei \ufffe\uffff 😀\x7f")))

    (message,) = engine.calls[-1][1]
    assert message["Message"].isascii()
    assert "\x7f" not in message["Message"]
    assert engine.announced()[0]["data"]["text"] == "Tee für zwei \ufffe\uffff 😀\x7f"


def test_a_fault_of_telemetry_does_not_fail_the_batch(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: Any, **__: Any) -> None:
        raise RuntimeError("no daemon listens")

    monkeypatch.setattr(observability.tracer, "put_annotation", fail)
    monkeypatch.setattr(observability, "_emit", fail)

    engine.relay(record(event(1)))

    assert len(engine.announced()) == 1


@pytest.fixture
def images(shop: ShopOnMoto) -> list[dict[str, Any]]:
    """Give the images of a product's item: stocked, reserved, released."""
    sku = shop.product(stock=5)
    images = shop.items("Inventory")
    order_id = shop.place((sku, 2))
    for step in ("ReserveStock", "ReleaseStock"):
        invoke_handler(step, shop.saga_input(order_id))
        images += [item for item in shop.items("Inventory") if item["subject"]["S"] == sku]
    return images


def test_a_changed_stock_level_is_published(engine: Engine, images: list[dict[str, Any]]) -> None:
    engine.relay(*({"dynamodb": {"NewImage": new, "OldImage": old}} for old, new in pairwise([{}, *images])))

    told = [(one["type"], one["sequence"], one["data"]["available"]) for one in engine.announced()]
    assert told == [("ProductStocked", 1, 5), ("StockLevelChanged", 2, 3), ("StockLevelChanged", 3, 5)]


def test_an_unchanged_stock_level_is_not_published_again(engine: Engine, images: list[dict[str, Any]]) -> None:
    engine.relay({"dynamodb": {"NewImage": images[0], "OldImage": images[0]}})

    assert engine.announced() == []


@pytest.mark.usefixtures("shop")
def test_the_requests_of_the_relay_are_valid(monkeypatch: pytest.MonkeyPatch) -> None:
    sns, sqs = boto3.client("sns"), boto3.client("sqs")
    topic = sns.create_topic(Name="events")["TopicArn"]
    queue = sqs.create_queue(QueueName="projection")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn, Attributes={"RawMessageDelivery": "true"})
    boto3.client("s3").create_bucket(Bucket="store", CreateBucketConfiguration={"LocationConstraint": "eu-central-1"})
    boto3.client("firehose").create_delivery_stream(
        DeliveryStreamName="delivery",
        S3DestinationConfiguration={"RoleARN": "arn:aws:iam::123456789012:role/r", "BucketARN": "arn:aws:s3:::store"},
    )
    monkeypatch.setenv("EVENT_DELIVERY_STREAM_NAME", "delivery")
    monkeypatch.setenv("ORDER_EVENTS_TOPIC_ARN", topic)

    relay_events.handler({"Records": [record(event(1), event(2))]}, lambda_context("relay_events"))

    messages = sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10)["Messages"]
    assert sorted(CloudEvent.model_validate_json(message["Body"]).sequence for message in messages) == [1, 2]
    assert len(boto3.client("s3").list_objects_v2(Bucket="store")["Contents"]) == 1
