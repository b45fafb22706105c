"""Every service that reads an event can upcast every earlier version to the latest one."""

import json
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from contracts.generator.event_schemas import EventType, event_types
from kernel.cloud_event import Cause, CloudEvent, EventData, schema_name
from kernel.upcasting import Upcasters, upcast
from tests.support.published_events import assert_as_published

EARLIER: dict[str, dict[str, Any]] = {
    "urn:serverless-orders:event:ShipmentBooked:1": {"tracking_number": "T-1"},
}
CHANNELS = json.loads(Path("contracts/asyncapi.json").read_text())["channels"]


def types_in(*queues: str) -> set[str]:
    return {name for queue in queues for name in CHANNELS[queue]["messages"]}


def types_of(source: str) -> set[str]:
    return {event_type.name for event_type in event_types() if event_type.source == source}


# The services that read event data, with the types: those in their queues, and those that they load from their tables.
READERS = {
    "views": types_in("ProjectionQueue"),
    "orders": types_of("orders"),
    "operations": types_in("AttentionQueue", "TaskClosingQueue"),
    "notifications": types_in("NotificationsQueue"),
    "returns": types_of("returns"),
}
each_read = pytest.mark.parametrize(
    ("reader", "event_type"),
    [
        pytest.param(reader, event_type, id=f"{reader} {event_type.name}")
        for reader, types in READERS.items()
        for event_type in event_types()
        if event_type.name in types
    ],
)


def upcasters_of(reader: str) -> Upcasters:
    """Return the upcasters of a service, from its module `*_upcasters`; none if it has no such module."""
    modules = [path.stem for path in Path("functions", reader).glob("*_upcasters.py")]
    upcasters: Upcasters = import_module(*modules).UPCASTERS if modules else {}
    return upcasters


def stored(event_type: EventType, version: int) -> CloudEvent:
    """Return an event like an earlier version of the code stored it."""
    name = schema_name(event_type.name, version)
    latest = CloudEvent.of(EventData(), source=event_type.source, subject="1", sequence=1, cause=Cause())
    return latest.model_copy(update={"type": event_type.name, "dataschema": name, "data": EARLIER[name]})


@each_read
def test_a_reader_has_an_upcaster_for_every_version_but_the_latest(reader: str, event_type: EventType) -> None:
    assert len(upcasters_of(reader).get(event_type.name, ())) == event_type.version - 1


@each_read
def test_an_earlier_version_becomes_the_latest_when_it_is_read(reader: str, event_type: EventType) -> None:
    for version in range(1, event_type.version):
        event = stored(event_type, version)
        assert_as_published(event.document())

        read = upcast(event, upcasters_of(reader))

        assert read.dataschema == schema_name(event_type.name, event_type.version)
        assert_as_published(read.document())
        event_type.model.model_validate(read.data)
        assert read.id == event.id
        assert event.data == EARLIER[event.dataschema], "what is stored must stay as it is"


@pytest.mark.parametrize("reader", READERS)
def test_a_reader_upcasts_only_event_types(reader: str) -> None:
    assert upcasters_of(reader).keys() <= {event_type.name for event_type in event_types()}
