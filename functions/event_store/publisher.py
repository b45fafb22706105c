"""Archive events in the event store, then publish them to the topic.

Consumers see only events that Firehose has accepted. If Firehose or SNS fails, this module raises and the
caller retries the whole batch: duplicates are allowed, loss is not. A record that cannot be archived or published is
sent to the queue for unreadable records, with its cause. The rest of the batch continues.
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
# The maximum number of bytes added to an event: the message attributes for SNS, the newline for Firehose.
OVERHEAD_BYTES = 500
# SNS and SQS refuse an empty attribute and some characters. This is the safe subset of what they allow.
_ATTRIBUTE = re.compile(r"[\x20-\x7e]{1,256}")


class NotAccepted(Exception):
    """Firehose or SNS responded with 200 and did not accept every event."""


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
    """The event is readable, but SNS would refuse it, or it lacks the reason that a metric needs."""


class EncodedEvent(NamedTuple):
    """An event and its JSON text, encoded as ASCII."""

    event: CloudEvent
    text: bytes


def publishable_events(
    new_image: Mapping[str, Any] | None, old_image: Mapping[str, Any] | None, reference: Mapping[str, Any]
) -> list[EncodedEvent]:
    """Return the events that a write added, after checking that all of them can be archived and published.

    A record that fails a check goes to the queue for unreadable records as a whole, before any of its events is
    archived.

    Args:
        new_image: The item after the write, in DynamoDB's JSON.
        old_image: The item before the write; None if there was none.
        reference: Identifies the item, with its `keys`. The message for an unreadable record contains this reference
            and not the image, because the image may contain personal data.

    Returns:
        The events; an empty list if the record is unreadable.

    Raises:
        ClientError: The queue for unreadable records did not accept the message.
    """
    try:
        return [_encode(event) for event in new_events(new_image, old_image)]
    except Exception as error:  # noqa: BLE001 (a bad record must not stop the rest of the batch)
        _send_to_unreadable_records(reference, error)
        return []


def _encode(event: CloudEvent) -> EncodedEvent:
    """Return the event in the form in which it is sent.

    Raises:
        Unpublishable: SNS would refuse it, or it lacks the reason that a metric needs.
    """
    # ASCII only, because SQS refuses a message with a noncharacter such as U+FFFE, which a customer's text may contain.
    encoded = EncodedEvent(event, json.dumps(event.document(), separators=(",", ":")).encode())
    decided_by = event.data.get("decided_by")
    if decided_by is not None and not (isinstance(decided_by, str) and _ATTRIBUTE.fullmatch(decided_by)):
        raise Unpublishable("decided_by is not a valid message attribute")
    reason = event.data.get("reason")
    if event.type == "OrderRejected" and not (isinstance(reason, str) and reason):
        raise Unpublishable("reason is not a text, but the metric of rejections needs it")
    size = _size(encoded)
    if size > PUBLISH_BYTES:
        raise Unpublishable(f"the message and its attributes have {size} bytes, and SNS accepts {PUBLISH_BYTES}")
    return encoded


def _size(encoded: EncodedEvent) -> int:
    """Return the number of bytes that SNS counts: the message, and name, type and value of each attribute."""
    attributes = _attributes(encoded.event).items()
    parts = [part for name, value in attributes for part in (name, value["DataType"], value["StringValue"])]
    return len(encoded.text) + sum(map(len, parts))


def archive_and_publish(events: Sequence[EncodedEvent]) -> None:
    """Archive all the events, then publish them.

    Raises:
        NotAccepted: Some events were not archived or not published. Retry all of them.
        ClientError: A call to AWS failed. Retry all the events.
    """
    for batch in batches(events, ARCHIVE_RECORDS, ARCHIVE_BYTES):
        _archive(batch)
    for batch in batches(events, PUBLISH_RECORDS, PUBLISH_BYTES):
        _publish(batch)


def batches(events: Sequence[EncodedEvent], most_records: int, most_bytes: int) -> Iterator[list[EncodedEvent]]:
    """Yield batches of at most `most_records` events and `most_bytes` bytes.

    An event that is larger than `most_bytes` gets a batch of its own.
    """
    batch: list[EncodedEvent] = []
    size = 0
    for event in events:
        event_size = len(event.text) + OVERHEAD_BYTES
        if batch and (len(batch) == most_records or size + event_size > most_bytes):
            yield batch
            batch, size = [], 0
        batch.append(event)
        size += event_size
    if batch:
        yield batch


def _send_to_unreadable_records(reference: Mapping[str, Any], error: Exception) -> None:
    logger.error("a record is unreadable", extra={"keys": reference["keys"], "cause": type(error).__name__})
    _sqs().send_message(
        QueueUrl=setting("UNREADABLE_RECORDS_QUEUE_URL"),
        MessageBody=json.dumps(reference),
        MessageAttributes=cause_attribute(error),  # type: ignore[arg-type]
    )


def _archive(batch: Sequence[EncodedEvent]) -> None:
    """Put the events into the event store, one JSON document per line."""
    response = _firehose().put_record_batch(
        DeliveryStreamName=setting("EVENT_DELIVERY_STREAM_NAME"),
        Records=[{"Data": event.text + b"\n"} for event in batch],
    )
    if response["FailedPutCount"]:
        codes = {entry["ErrorCode"] for entry in response["RequestResponses"] if "ErrorCode" in entry}
        raise NotAccepted(f"Firehose refused {response['FailedPutCount']} of {len(batch)} events: {sorted(codes)}")


def _publish(batch: Sequence[EncodedEvent]) -> None:
    response = _sns().publish_batch(
        TopicArn=setting("ORDER_EVENTS_TOPIC_ARN"),
        PublishBatchRequestEntries=[
            {"Id": str(index), "Message": text.decode(), "MessageAttributes": _attributes(event)}
            for index, (event, text) in enumerate(batch)
        ],
    )
    if response.get("Failed"):
        codes = {entry["Code"] for entry in response["Failed"]}
        raise NotAccepted(f"SNS refused {len(response['Failed'])} of {len(batch)} events: {sorted(codes)}")


def _attributes(event: CloudEvent) -> dict[str, Any]:
    """Return the message attributes, which the filter policies of the subscriptions match."""
    texts = {"type": event.type, "source": event.source, "decided_by": event.data.get("decided_by")}
    return {name: {"DataType": "String", "StringValue": text} for name, text in texts.items() if text is not None}
