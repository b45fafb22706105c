"""Every earlier version of an event leads to the latest one, and fits it then."""

from typing import Any

from kernel.cloud_event import Cause, CloudEvent, EventData, schema_name
from kernel.upcasting import UPCASTERS, upcast

import pytest

from contracts.generator.event_schemas import EventType, event_types
from tests.support.published_events import assert_as_published

EARLIER: dict[str, dict[str, Any]] = {
    "urn:serverless-orders:event:ShipmentBooked:1": {"tracking_number": "T-1"},
}
each_type = pytest.mark.parametrize("event_type", list(event_types()), ids=lambda event_type: event_type.name)


def stored(event_type: EventType, version: int) -> CloudEvent:
    """Return an event as it was stored in an earlier version."""
    name = schema_name(event_type.name, version)
    latest = CloudEvent.of(EventData(), source=event_type.source, subject="1", sequence=1, cause=Cause())
    return latest.model_copy(update={"type": event_type.name, "dataschema": name, "data": EARLIER[name]})


@each_type
def test_there_is_an_upcaster_for_every_version_but_the_latest(event_type: EventType) -> None:
    assert len(UPCASTERS.get(event_type.name, ())) == event_type.version - 1


@each_type
def test_an_earlier_version_becomes_the_latest_when_it_is_read(event_type: EventType) -> None:
    for version in range(1, event_type.version):
        event = stored(event_type, version)
        assert_as_published(event.document())

        read = upcast(event)

        assert read.dataschema == schema_name(event_type.name, event_type.version)
        assert_as_published(read.document())
        event_type.model.model_validate(read.data)
        assert read.id == event.id
        assert event.data == EARLIER[event.dataschema], "what is stored must stay as it is"


def test_nobody_upcasts_what_is_no_event_type() -> None:
    assert UPCASTERS.keys() <= {event_type.name for event_type in event_types()}
