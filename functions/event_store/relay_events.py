"""Lambda entry point that relays events from the services' table streams: archive them, then publish them."""

from collections.abc import Mapping
from typing import Any

from kernel.cloud_event import CloudEvent
from kernel.observability import (
    batch_item,
    correlate_with,
    count,
    logger,
    measure_since,
    metrics_of_batch,
    tracer,
)
from publisher import EncodedEvent, archive_and_publish, publishable_events

# The metric that counts each event type.
COUNTS = {
    "OrderPlaced": "OrdersPlaced",
    "OrderConfirmed": "OrdersConfirmed",
    "OrderRejected": "OrdersRejected",
    "OrderCancelled": "OrdersCancelled",
    "OrderNeedsAttention": "OrdersNeedingAttention",
    "ReturnRequested": "ReturnsRequested",
    "ReturnCompleted": "ReturnsCompleted",
    "ReturnNeedsAttention": "ReturnsNeedingAttention",
}


@logger.inject_lambda_context(clear_state=True)
@tracer.capture_lambda_handler(capture_response=False)
def handler(event: dict[str, Any], _context: Any) -> None:
    """Archive and then publish the events of a batch of stream records.

    Raises:
        NotAccepted: Firehose or SNS did not accept every event. Lambda retries the whole batch.
        ClientError: A call to AWS failed. Lambda retries the whole batch.
    """
    encoded_events = [encoded for record in event["Records"] for encoded in _encoded_events(record)]
    archive_and_publish(encoded_events)
    with metrics_of_batch():
        for encoded in encoded_events:
            with batch_item(encoded.event.type):
                _log_and_measure(encoded.event)


def _log_and_measure(event: CloudEvent) -> None:
    """Log and measure an event that was published. A retry of the batch counts it once more."""
    correlate_with(event)
    measure_since("ArchiveLag", event.time)
    if metric := COUNTS.get(event.type):
        # CloudWatch bills each value of a dimension as a metric. There are about ten reasons.
        dimensions = {"reason": event.data["reason"]} if event.type == "OrderRejected" else {}
        count(metric, **dimensions)
    logger.info("relayed %s", event.type, extra={"event": event.id})


def _encoded_events(record: Mapping[str, Any]) -> list[EncodedEvent]:
    change = record.get("dynamodb", {})
    reference = {
        "event_source_arn": record.get("eventSourceARN"),
        "event_id": record.get("eventID"),
        "keys": change.get("Keys"),
    }
    return publishable_events(change.get("NewImage"), change.get("OldImage"), reference)
