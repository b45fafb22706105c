"""Archive events in the event store, then publish them to the topic.

No consumer sees an event that the event store has not accepted. If Firehose or SNS fails, this module raises and the
caller retries the whole batch: duplicates are allowed, loss is not. A record that cannot be archived or published goes
to a queue of its own, with its cause, before either is tried. The rest of the batch continues.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

import boto3

from kernel.client_limits import CLIENT_LIMITS
from kernel.cloud_event import CloudEvent
from kernel.event_items import new_events
from kernel.init_phase import cached_at_init
from kernel.messages import cause_attribute
from kernel.observability import logger
from kernel.settings import setting

if TYPE_CHECKING:
    from mypy_boto3_firehose import FirehoseClient
    from mypy_boto3_sns import SNSClient
    from mypy_boto3_sqs import SQSClient

# PutRecordBatch: https://docs.aws.amazon.com/firehose/latest/APIReference/API_PutRecordBatch.html
ARCHIVE_RECORDS, ARCHIVE_BYTES = 500, 4 * 1024 * 1024
# PublishBatch: https://docs.aws.amazon.com/sns/latest/api/API_PublishBatch.html
PUBLISH_RECORDS, PUBLISH_BYTES = 10, 256 * 1024
# What goes with each event, at most: its attributes for SNS, the end of its line for Firehose.
OVERHEAD_BYTES = 500
# SNS and SQS refuse an attribute that is empty or has other characters than their documents allow.
_ATTRIBUTE = re.compile(r"[\x20-\x7e]{1,256}")


class NotAccepted(Exception):
    """Firehose or SNS answered 200 and did not accept every event."""


@cached_at_init
def _firehose() -> "FirehoseClient":
    return boto3.client("firehose", config=CLIENT_LIMITS)


@cached_at_init
def _sns() -> "SNSClient":
    return boto3.client("sns", config=CLIENT_LIMITS)


@cache
def _sqs() -> "SQSClient":
    return boto3.client("sqs", config=CLIENT_LIMITS)


class Unpublishable(Exception):
    """The event can be read, but the store or SNS would refuse it, or the relay could not count it."""


class EncodedEvent(NamedTuple):
    """An event, and its JSON, which is ASCII."""

    event: CloudEvent
    text: bytes


def publishable_events(
    new_image: Mapping[str, Any] | None, old_image: Mapping[str, Any] | None, place: Mapping[str, Any]
) -> list[EncodedEvent]:
    """Return the events that a write added, after checking that all of them can be archived and published.

    A record that fails a check is set aside as a whole, before any of its events is archived.

    Args:
        new_image: The item after the write, in DynamoDB's JSON.
        old_image: The item before the write; None if there was none.
        place: What identifies the item, with its `keys`. A record that is set aside is named by it; the image stays in
            the table, because it may hold personal data.

    Returns:
        The events; none if the record was set aside.

    Raises:
        ClientError: The queue for unreadable records did not accept the record.
    """
    try:
        return [_encode(event) for event in new_events(new_image, old_image)]
    except Exception as error:  # noqa: BLE001 (nothing that a record holds may stop its neighbours)
        _set_aside(place, error)
        return []


def _encode(event: CloudEvent) -> EncodedEvent:
    """Return the event as it is sent.

    Raises:
        Unpublishable: The event store or SNS would refuse it, or the relay could not count it.
    """
    # ASCII only: SQS refuses a message with a noncharacter, such as U+FFFE, in a customer's text.
    encoded = EncodedEvent(event, json.dumps(event.document(), separators=(",", ":")).encode())
    decided_by = event.data.get("decided_by")
    if decided_by is not None and not (isinstance(decided_by, str) and _ATTRIBUTE.fullmatch(decided_by)):
        raise Unpublishable("decided_by is not a text that a message attribute can hold")
    reason = event.data.get("reason")
    if event.type == "OrderRejected" and not (isinstance(reason, str) and reason):
        raise Unpublishable("reason is not a text, and rejections are counted by their reason")
    size = _size(encoded)
    if size > PUBLISH_BYTES:
        raise Unpublishable(f"with its attributes the message has {size} bytes, and SNS takes {PUBLISH_BYTES}")
    return encoded


def _size(encoded: EncodedEvent) -> int:
    """Return the bytes that SNS counts: the message, and name, type and value of each attribute."""
    attributes = _attributes(encoded.event).items()
    parts = [part for name, value in attributes for part in (name, value["DataType"], value["StringValue"])]
    return len(encoded.text) + sum(map(len, parts))


def archive_and_publish(events: Sequence[EncodedEvent]) -> None:
    """Archive all the events, then publish them.

    Raises:
        NotAccepted, ClientError: Some of them were not archived or not published. Retry all of them.
    """
    for batch in batches(events, ARCHIVE_RECORDS, ARCHIVE_BYTES):
        _archive(batch)
    for batch in batches(events, PUBLISH_RECORDS, PUBLISH_BYTES):
        _publish(batch)


def batches(events: Sequence[EncodedEvent], most_records: int, most_bytes: int) -> Iterator[list[EncodedEvent]]:
    """Yield batches of at most `most_records` events and `most_bytes`; a larger event is a batch of its own."""
    batch: list[EncodedEvent] = []
    size = 0
    for event in events:
        more = len(event.text) + OVERHEAD_BYTES
        if batch and (len(batch) == most_records or size + more > most_bytes):
            yield batch
            batch, size = [], 0
        batch.append(event)
        size += more
    if batch:
        yield batch


def _set_aside(place: Mapping[str, Any], error: Exception) -> None:
    logger.error("a record is set aside", extra={"keys": place["keys"], "cause": type(error).__name__})
    _sqs().send_message(
        QueueUrl=setting("UNREADABLE_RECORDS_QUEUE_URL"),
        MessageBody=json.dumps(place),
        MessageAttributes=cause_attribute(error),  # type: ignore[arg-type]
    )


def _archive(batch: Sequence[EncodedEvent]) -> None:
    """Put the events into the event store, one JSON document per line."""
    answer = _firehose().put_record_batch(
        DeliveryStreamName=setting("EVENT_DELIVERY_STREAM_NAME"),
        Records=[{"Data": event.text + b"\n"} for event in batch],
    )
    if answer["FailedPutCount"]:
        codes = {entry["ErrorCode"] for entry in answer["RequestResponses"] if "ErrorCode" in entry}
        raise NotAccepted(f"Firehose refused {answer['FailedPutCount']} of {len(batch)} events: {sorted(codes)}")


def _publish(batch: Sequence[EncodedEvent]) -> None:
    answer = _sns().publish_batch(
        TopicArn=setting("ORDER_EVENTS_TOPIC_ARN"),
        PublishBatchRequestEntries=[
            {"Id": str(index), "Message": text.decode(), "MessageAttributes": _attributes(event)}
            for index, (event, text) in enumerate(batch)
        ],
    )
    if answer.get("Failed"):
        codes = {entry["Code"] for entry in answer["Failed"]}
        raise NotAccepted(f"SNS refused {len(answer['Failed'])} of {len(batch)} events: {sorted(codes)}")


def _attributes(event: CloudEvent) -> dict[str, Any]:
    """Return the message attributes, which the filter policies of the subscriptions match."""
    texts = {"type": event.type, "source": event.source, "decided_by": event.data.get("decided_by")}
    return {name: {"DataType": "String", "StringValue": text} for name, text in texts.items() if text is not None}
