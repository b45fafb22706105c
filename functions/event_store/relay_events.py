"""Relay the events of the services' tables, as their streams carry them out: archive them, then announce them."""

from collections.abc import Mapping
from typing import Any

from announcement import Announcement, announcements_of, archive_and_announce
from kernel.observability import logger, tracer


@logger.inject_lambda_context(clear_state=True)
@tracer.capture_lambda_handler(capture_response=False)
def handler(event: dict[str, Any], _context: Any) -> None:
    """Archive, then announce, the events of a batch of stream records.

    Raises:
        NotAccepted, ClientError: the batch comes again, as a whole.
    """
    announcements = [announcement for record in event["Records"] for announcement in _announcements(record)]
    archive_and_announce(announcements)
    logger.info("relayed %s events", len(announcements), extra={"events": [one.event.id for one in announcements]})


def _announcements(record: Mapping[str, Any]) -> list[Announcement]:
    change = record.get("dynamodb", {})
    place = {
        "event_source_arn": record.get("eventSourceARN"),
        "event_id": record.get("eventID"),
        "keys": change.get("Keys"),
    }
    return announcements_of(change.get("NewImage"), change.get("OldImage"), place)
