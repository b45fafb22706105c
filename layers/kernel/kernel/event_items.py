"""Items that carry events: the one module that writes and reads their format (the transactional outbox).

A state change and its event are one DynamoDB item, so one write. The table's stream carries the item to the relay.
The stream filters in the template name the attributes that are defined here.

| item | attributes | written by |
|---|---|---|
| a state with all its events, or one event of an event-sourced aggregate | `events`, `event_count` | `with_events` |
| a level, which writers change without reading it first | `subject` (the key), `level` (the event's data), `version` \
(its sequence), `level_event` (its other attributes) | `level_update` |

The update of a level cannot copy the new level into a list of events. So its item holds the latest event only, and the
relay composes that event from the stream's image.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from kernel.cloud_event import Cause, CloudEvent, EventData, event_id, schema_name
from kernel.dynamodb import from_item, to_item

# A number, because a stream filter cannot look into a list.
EVENT_COUNT = "event_count"
LEVEL_EVENT = "level_event"
# A DynamoDB filter expression.
CARRIES_EVENTS = f"attribute_exists({EVENT_COUNT}) OR attribute_exists({LEVEL_EVENT})"


def with_events(attributes: Mapping[str, Any], events: Iterable[CloudEvent]) -> dict[str, Any]:
    """Return an item (plain values) with these attributes and events."""
    documents = [event.document() for event in events]
    return {**attributes, "events": documents, EVENT_COUNT: len(documents) or None}


def stored_events(item: Mapping[str, Any]) -> list[CloudEvent]:
    """Return the events of an item (plain values) that `with_events` made, as they were written.

    Raises:
        ValueError, TypeError, KeyError: One of them is not an event, or the item has none.
    """
    return [CloudEvent.model_validate(event) for event in item["events"]]


def level_update(
    subject: str,
    changes: str,
    condition: str,
    header: Mapping[str, Any],
    *,
    names: Mapping[str, str] | None = None,
    values: Mapping[str, Any],
) -> dict[str, Any]:
    """Return the members of an update that changes a level, gives it the next version, and adds the event.

    Args:
        subject: The item's key, which is also the event's subject.
        changes: SET clauses that change the level. In them and in `condition`, `#level` is the level's name.
        condition: The condition expression.
        header: The event's attributes, from `level_event_header`.
        names: The expression's other attribute names.
        values: The expression's values (plain).
    """
    return {
        "Key": to_item({"subject": subject}),
        "UpdateExpression": f"SET {changes}, {LEVEL_EVENT} = :event ADD version :one",
        "ConditionExpression": condition,
        "ExpressionAttributeNames": {"#level": "level", **(names or {})},
        "ExpressionAttributeValues": to_item({**values, ":event": header, ":one": 1}),
    }


def level_event_header(event: type[EventData], source: str, cause: Cause, correlation_id: str) -> dict[str, Any]:
    """Return the attributes of a level's next event, without those that follow from its item."""
    header = {
        "source": source,
        "type": event.__name__,
        "schema_version": event.schema_version,
        "time": cause.at,
        "correlationid": correlation_id,
        "causationid": cause.causation_id,
        "traceparent": cause.traceparent,
    }
    return {name: value for name, value in header.items() if value is not None}


def new_events(new_image: Mapping[str, Any] | None, old_image: Mapping[str, Any] | None) -> list[CloudEvent]:
    """Return the events that a write added, as they were written.

    Args:
        new_image: The item after the write, in DynamoDB's JSON; None if the write deleted it.
        old_image: The item before the write; None if there was none.

    Raises:
        ValueError, TypeError, KeyError: The item carries something that cannot be read as an event.
    """
    new = from_item(new_image or {})
    old = from_item(old_image or {})
    if LEVEL_EVENT in new:
        return [_level_event(new)] if new["version"] != old.get("version") else []
    published = len(old.get("events", []))
    return [CloudEvent.model_validate(event) for event in new.get("events", [])[published:]]


def _level_event(item: Mapping[str, Any]) -> CloudEvent:
    header, subject, version = item[LEVEL_EVENT], item["subject"], item["version"]
    return CloudEvent.model_validate(
        {
            **header,
            "id": event_id(header["source"], subject, version),
            "subject": subject,
            "sequence": version,
            "dataschema": schema_name(header["type"], header["schema_version"]),
            "correlationid": header.get("correlationid", subject),
            "data": item["level"],
        }
    )
