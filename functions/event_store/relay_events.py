"""Relay the events of the services' tables from their streams: archive them, then publish them."""

from collections.abc import Mapping
from typing import Any

from kernel.cloud_event import CloudEvent
from kernel.observability import batch_item, correlate_with, count, logger, measure_since, tracer
from publisher import EncodedEvent, archive_and_publish, publishable_events

# What customers and their orders come to, by the event that tells of it.
COUNTS = {
    "OrderPlaced": "OrdersPlaced",
    "OrderConfirmed": "OrdersConfirmed",
    "OrderRejected": "OrdersRejected",
    "OrderCancelled": "OrdersCancelled",
    "OrderNeedsAttention": "OrdersNeedingAttention",
}


@logger.inject_lambda_context(clear_state=True)
@tracer.capture_lambda_handler(capture_response=False)
def handler(event: dict[str, Any], _context: Any) -> None:
    """Archive, then publish, the events of a batch of stream records.

    Raises:
        NotAccepted, ClientError: Lambda retries the whole batch.
    """
    encoded_events = [encoded for record in event["Records"] for encoded in _encoded_events(record)]
    archive_and_publish(encoded_events)
    for encoded in encoded_events:
        with batch_item(encoded.event.type):
            _tell(encoded.event)


def _tell(event: CloudEvent) -> None:
    """Log and measure the event after it was published. A retried batch is counted again."""
    correlate_with(event)
    measure_since("ArchiveLag", event.time)
    if metric := COUNTS.get(event.type):
        # A dimension makes a metric of its own for each value, which costs; of reasons there are about ten.
        why = {"reason": event.data["reason"]} if event.type == "OrderRejected" else {}
        count(metric, **why)
    logger.info("relayed %s", event.type, extra={"event": event.id})


def _encoded_events(record: Mapping[str, Any]) -> list[EncodedEvent]:
    change = record.get("dynamodb", {})
    place = {
        "event_source_arn": record.get("eventSourceARN"),
        "event_id": record.get("eventID"),
        "keys": change.get("Keys"),
    }
    return publishable_events(change.get("NewImage"), change.get("OldImage"), place)
