"""Relay the events of the services' tables: archive them in the event store, then announce them to all who listen.

Principle: no consumer has ever seen an event that the store has not accepted. A fault of the engine raises, and
the whole batch comes again: duplicates are allowed, loss is not. A record that cannot be read goes to a queue of
its own, with its cause, and the rest goes on.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

import boto3

from kernel.cloud_event import CloudEvent
from kernel.observability import logger, tracer
from kernel.outbox import events_of
from kernel.settings import setting

if TYPE_CHECKING:
    from mypy_boto3_firehose import FirehoseClient
    from mypy_boto3_sns import SNSClient
    from mypy_boto3_sqs import SQSClient

# PutRecordBatch: https://docs.aws.amazon.com/firehose/latest/APIReference/API_PutRecordBatch.html
ARCHIVE_RECORDS, ARCHIVE_BYTES = 500, 4 * 1024 * 1024
# PublishBatch: https://docs.aws.amazon.com/sns/latest/api/API_PublishBatch.html; the rest is for the attributes.
ANNOUNCE_RECORDS, ANNOUNCE_BYTES = 10, 250 * 1024
CAUSE_LENGTH = 1000


class NotAccepted(Exception):
    """The engine answered 200, with failures inside."""


@cache
def _firehose() -> "FirehoseClient":
    return boto3.client("firehose")


@cache
def _sns() -> "SNSClient":
    return boto3.client("sns")


@cache
def _sqs() -> "SQSClient":
    return boto3.client("sqs")


@logger.inject_lambda_context(clear_state=True)
@tracer.capture_lambda_handler(capture_response=False)
def handler(event: dict[str, Any], _context: Any) -> None:
    """Archive, then announce, the events of a batch of stream records.

    Raises:
        NotAccepted, ClientError: the batch comes again, as a whole.
    """
    events = [event for record in event["Records"] for event in _events(record)]
    for batch in batches(events, _archive_size, ARCHIVE_RECORDS, ARCHIVE_BYTES):
        _archive(batch)
    for batch in batches(events, _announce_size, ANNOUNCE_RECORDS, ANNOUNCE_BYTES):
        _announce(batch)
    logger.info("relayed %s events", len(events), extra={"events": [event.id for event in events]})


def batches(
    events: Sequence[CloudEvent], size_of: Callable[[CloudEvent], int], most_records: int, most_bytes: int
) -> Iterator[list[CloudEvent]]:
    """Cut `events` into runs of at most `most_records` and `most_bytes`; one larger event is a run of its own."""
    batch: list[CloudEvent] = []
    size = 0
    for event in events:
        if batch and (len(batch) == most_records or size + size_of(event) > most_bytes):
            yield batch
            batch, size = [], 0
        batch.append(event)
        size += size_of(event)
    if batch:
        yield batch


def _events(record: Mapping[str, Any]) -> list[CloudEvent]:
    change = record.get("dynamodb", {})
    try:
        return events_of(change.get("NewImage"), change.get("OldImage"))
    except (ValueError, TypeError, KeyError) as error:
        _set_aside(record, error)
        return []


def _set_aside(record: Mapping[str, Any], error: Exception) -> None:
    cause = f"{type(error).__name__}: {error}"[:CAUSE_LENGTH]
    keys = record.get("dynamodb", {}).get("Keys")
    logger.error("a stream record cannot be read", extra={"keys": keys, "cause": type(error).__name__})
    # The keys lead to the item; its image stays where it is, for it may hold personal data.
    place = {
        "event_source_arn": record.get("eventSourceARN"),
        "event_id": record.get("eventID"),
        "keys": keys,
    }
    _sqs().send_message(
        QueueUrl=setting("UNREADABLE_RECORDS_QUEUE_URL"),
        MessageBody=json.dumps(place),
        MessageAttributes={"cause": {"DataType": "String", "StringValue": cause}},
    )


def _archive(events: Sequence[CloudEvent]) -> None:
    answer = _firehose().put_record_batch(
        DeliveryStreamName=setting("EVENT_DELIVERY_STREAM_NAME"),
        Records=[{"Data": _line(event)} for event in events],
    )
    if answer["FailedPutCount"]:
        codes = {entry["ErrorCode"] for entry in answer["RequestResponses"] if "ErrorCode" in entry}
        raise NotAccepted(f"Firehose refused {answer['FailedPutCount']} of {len(events)} events: {sorted(codes)}")


def _announce(events: Sequence[CloudEvent]) -> None:
    answer = _sns().publish_batch(
        TopicArn=setting("ORDER_EVENTS_TOPIC_ARN"),
        PublishBatchRequestEntries=[
            {"Id": str(index), "Message": _json(event), "MessageAttributes": _attributes(event)}
            for index, event in enumerate(events)
        ],
    )
    if answer.get("Failed"):
        codes = {entry["Code"] for entry in answer["Failed"]}
        raise NotAccepted(f"SNS refused {len(answer['Failed'])} of {len(events)} events: {sorted(codes)}")


def _attributes(event: CloudEvent) -> dict[str, Any]:
    """What the filter policies of the subscriptions look at."""
    texts = {"type": event.type, "source": event.source, "decided_by": event.data.get("decided_by")}
    return {name: {"DataType": "String", "StringValue": text} for name, text in texts.items() if text}


def _json(event: CloudEvent) -> str:
    return json.dumps(event.document(), separators=(",", ":"), ensure_ascii=False)


def _line(event: CloudEvent) -> bytes:
    """An event as the store keeps it: one JSON document a line."""
    return _json(event).encode() + b"\n"


def _archive_size(event: CloudEvent) -> int:
    return len(_line(event))


def _announce_size(event: CloudEvent) -> int:
    return len(_json(event).encode()) + 200
