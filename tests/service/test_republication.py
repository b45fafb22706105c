"""Stored events are published again: those of one item, or all since a given time, page by page."""

import json
from typing import Any

import pytest

import publisher
import republish_events
from kernel.cloud_event import CloudEvent
from kernel.dynamodb import dynamodb, to_item
from kernel.settings import setting
from republication import EventsSince, OneItem, parse
from tests.support.queues_on_moto import QueuesOnMoto
from tests.support.saga_run import lambda_context
from tests.support.shop_on_moto import ShopOnMoto

ARN = "arn:aws:dynamodb:eu-central-1:123456789012:table/{}/stream/2026-11-20T00:00:00.000"
LONG_AGO = "2000-01-01T00:00:00.000000Z"


class Engine:
    """Fakes of Firehose and SNS that record their calls in order."""

    def __init__(self) -> None:
        self.archived: list[dict[str, Any]] = []
        self.announced: list[dict[str, Any]] = []

    def put_record_batch(self, DeliveryStreamName: str, Records: list[dict[str, Any]]) -> dict[str, Any]:  # noqa: N803
        assert DeliveryStreamName == "delivery"
        self.archived += [json.loads(record["Data"]) for record in Records]
        return {"FailedPutCount": 0}

    def publish_batch(self, TopicArn: str, PublishBatchRequestEntries: list[dict[str, Any]]) -> dict[str, Any]:  # noqa: N803
        assert TopicArn == "topic"
        self.announced += [json.loads(entry["Message"]) for entry in PublishBatchRequestEntries]
        assert {event["id"] for event in self.announced} <= {event["id"] for event in self.archived}
        return {}

    def types(self) -> set[str]:
        return {event["type"] for event in self.announced}


@pytest.fixture
def queues(shop: ShopOnMoto, monkeypatch: pytest.MonkeyPatch) -> QueuesOnMoto:
    for module in (publisher, republish_events):
        module._sqs.cache_clear()  # noqa: SLF001 (a client of this test's moto)
    queues = QueuesOnMoto(monkeypatch.setenv)
    for variable, queue in {
        "UNREADABLE_RECORDS_QUEUE_URL": "UnreadableRecordsQueue",
        "REPUBLICATION_QUEUE_URL": "RepublicationQueue",
        "DEAD_LETTER_QUEUE_URL": "RepublicationDeadLetterQueue",
    }.items():
        monkeypatch.setenv(variable, queues.urls[queue])
    return queues


@pytest.fixture
def engine(queues: QueuesOnMoto, monkeypatch: pytest.MonkeyPatch) -> Engine:
    engine = Engine()
    monkeypatch.setattr(publisher, "_firehose", lambda: engine)
    monkeypatch.setattr(publisher, "_sns", lambda: engine)
    monkeypatch.setenv("EVENT_DELIVERY_STREAM_NAME", "delivery")
    monkeypatch.setenv("ORDER_EVENTS_TOPIC_ARN", "topic")
    return engine


@pytest.fixture
def order_id(shop: ShopOnMoto) -> str:
    """Give a confirmed order."""
    order_id = shop.place((shop.product(), 1))
    shop.fulfil(order_id)
    return order_id


def ask(body: object) -> None:
    record = {
        "messageId": "1",
        "body": json.dumps(body),
        "attributes": {"ApproximateReceiveCount": "1"},
        "eventSource": "aws:sqs",
    }
    answer = republish_events.handler({"Records": [record]}, lambda_context("republish_events"))
    assert answer == {"batchItemFailures": []}


def since(table: str, moment: str) -> dict[str, str]:
    return {"event_source_arn": ARN.format(table), "since": moment}


def test_all_events_of_an_item_are_archived_and_published(engine: Engine, order_id: str) -> None:
    ask({"event_source_arn": ARN.format("Payments"), "keys": to_item({"order_id": order_id})})

    assert engine.archived == engine.announced
    assert [event["type"] for event in engine.announced] == ["PaymentAuthorized", "PaymentCaptured"]


def test_the_events_of_a_table_are_republished_page_by_page(
    engine: Engine, queues: QueuesOnMoto, shop: ShopOnMoto, order_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(republish_events, "ITEMS_PER_PAGE", 1)
    queues.send("RepublicationQueue", json.dumps(since("Orders", LONG_AGO)))

    pages = 0
    while bodies := queues.take("RepublicationQueue"):
        ask(json.loads(bodies[0]))
        pages += 1

    assert pages >= 2
    assert [event["type"] for event in engine.announced] == ["OrderPlaced", "OrderConfirmed"]


def test_every_table_with_events_can_be_republished(engine: Engine, shop: ShopOnMoto) -> None:
    sku = shop.product()
    order_id = shop.confirmed_order((sku, 1))
    shop.request_return(order_id, (sku, 1))
    for table in republish_events.KEYS:
        ask(since(setting(table), LONG_AGO))

    assert {event["id"] for event in engine.announced} == {event.id for event in shop.events()}


def test_a_failed_batch_republishes_only_events_since_its_first_record(
    engine: Engine, shop: ShopOnMoto, order_id: str
) -> None:
    def failure(moment: str) -> dict[str, Any]:
        # https://docs.aws.amazon.com/lambda/latest/dg/services-dynamodb-errors.html
        batch = {
            "shardId": "shardId-1",
            "startSequenceNumber": "1",
            "endSequenceNumber": "2",
            "approximateArrivalOfFirstRecord": moment,
            "approximateArrivalOfLastRecord": moment,
            "batchSize": 2,
            "streamArn": ARN.format("Shipping"),
        }
        return {
            "requestContext": {"condition": "RetryAttemptsExhausted"},
            "version": "1.0",
            "DDBStreamBatchInfo": batch,
        }

    ask(failure("2999-01-01T00:00:00Z"))
    assert engine.announced == []

    ask(failure("2026-01-01T00:00:00Z"))
    assert engine.types() == {"ShipmentBooked"}


def test_a_republication_begins_before_the_first_record_of_the_failed_batch() -> None:
    request = parse(
        json.dumps(
            {
                "DDBStreamBatchInfo": {
                    "streamArn": ARN.format("Orders"),
                    "approximateArrivalOfFirstRecord": "2026-11-20T12:00:00Z",
                }
            }
        )
    )

    assert request == EventsSince(event_source_arn=ARN.format("Orders"), since="2026-11-20T11:55:00.000000Z")


def test_a_record_that_is_still_unreadable_is_set_aside_again(
    engine: Engine, queues: QueuesOnMoto, order_id: str
) -> None:
    key = to_item({"order_id": "spoilt"})
    dynamodb().put_item(TableName="Payments", Item=key | to_item({"events": ["no event"], "event_count": 1}))

    ask(since("Payments", LONG_AGO))

    assert "PaymentCaptured" in engine.types()
    (message,) = queues.messages("UnreadableRecordsQueue")
    assert "Error" in message["MessageAttributes"]["cause"]["StringValue"]
    again = parse(message["Body"])
    assert isinstance(again, OneItem)
    assert again.keys == key


def test_a_corrected_record_is_published(engine: Engine, shop: ShopOnMoto, order_id: str) -> None:
    placed = shop.item("Orders", order_id=order_id, sequence=1)  # type: ignore[arg-type]
    key = {"order_id": {"S": order_id}, "sequence": {"N": "1"}}

    ask({"event_source_arn": ARN.format("Orders"), "event_id": "7", "keys": key})

    assert engine.announced == [CloudEvent.model_validate(event).document() for event in placed["events"]]


@pytest.mark.parametrize(
    ("body", "cause"),
    [
        ({"poison": 1}, "ValidationError"),
        ([], "ValidationError"),
        (since("Views", LONG_AGO), "Views is not a table with events"),
        (since("Orders", LONG_AGO) | {"event_source_arn": "Orders"}, "is not the ARN of a table"),
        ({"event_source_arn": ARN.format("Payments"), "keys": {"order_id": {"S": "x"}}}, "Payments has no item"),
    ],
)
def test_an_invalid_request_becomes_a_dead_letter_with_its_cause(
    engine: Engine, queues: QueuesOnMoto, body: object, cause: str
) -> None:
    ask(body)

    (message,) = queues.messages("RepublicationDeadLetterQueue")
    assert cause in message["MessageAttributes"]["cause"]["StringValue"]
    assert engine.announced == []
