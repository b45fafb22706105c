"""Items that carry events: the one module that writes and reads their format (the transactional outbox).

A state change and its event are one DynamoDB item, so DynamoDB writes both or neither. The table's stream sends the
item to the relay. The stream filters in template.yaml name the attributes that this module defines.

| item | attributes | written by |
|---|---|---|
| a state with all its events, or one event of an event-sourced aggregate | `events`, `event_count` | `with_events` |
| a stock level, changed by UpdateItem without a read | `subject` (the key), `level` (the event's data), `version` \
(its sequence), `level_event` (its other attributes) | `level_update` |

An update expression cannot copy the new level into a list of events. Therefore the item of a level holds the latest
event only, and the relay builds that event from the new image in the stream record.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from kernel.cloud_event import Cause, CloudEvent, EventData, event_id, schema_name
from kernel.dynamodb import from_item, to_item

# A number, because a stream filter cannot read a list.
EVENT_COUNT = "event_count"
LEVEL_EVENT = "level_event"
# A DynamoDB filter expression.
CARRIES_EVENTS = f"attribute_exists({EVENT_COUNT}) OR attribute_exists({LEVEL_EVENT})"


def with_events(attributes: Mapping[str, Any], events: Iterable[CloudEvent]) -> dict[str, Any]:
    """Return an item with these attributes and events, as plain values."""
    documents = [event.document() for event in events]
    return {**attributes, "events": documents, EVENT_COUNT: len(documents) or None}


def stored_events(item: Mapping[str, Any]) -> list[CloudEvent]:
    """Return the events of an item that `with_events` built, in the versions in which they were written.

    Raises:
        ValueError, TypeError, KeyError: An event is not valid, or the item carries none.
    """
    return [CloudEvent.model_validate(event) for event in item["events"]]


def level_update(
    subject: str,
    changes: str,
    condition: str,
    envelope: Mapping[str, Any],
    *,
    names: Mapping[str, str] | None = None,
    values: Mapping[str, Any],
) -> dict[str, Any]:
    """Return the arguments of an UpdateItem that changes a level, increments its version, and sets the event.

    Args:
        subject: The item's key, which is also the event's subject.
        changes: The SET clauses that change the level. `#level` stands for the attribute `level`, also in `condition`.
        condition: The condition expression.
        envelope: The attributes of the event, from `level_event_envelope`.
        names: Further expression attribute names.
        values: The expression attribute values, as plain values.
    """
    return {
        "Key": to_item({"subject": subject}),
        "UpdateExpression": f"SET {changes}, {LEVEL_EVENT} = :event ADD version :one",
        "ConditionExpression": condition,
        "ExpressionAttributeNames": {"#level": "level", **(names or {})},
        "ExpressionAttributeValues": to_item({**values, ":event": envelope, ":one": 1}),
    }


def level_event_envelope(event: type[EventData], source: str, cause: Cause, correlation_id: str) -> dict[str, Any]:
    """Return the attributes of the next event of a level, except those that the relay derives from the item."""
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
    """Return the events that a write added, in the versions in which they were written.

    Args:
        new_image: The item after the write, as DynamoDB JSON. None if the write deleted the item.
        old_image: The item before the write, as DynamoDB JSON. None if the write created the item.

    Raises:
        ValueError, TypeError, KeyError: The item carries data that is not a valid event.
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
