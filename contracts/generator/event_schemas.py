"""The JSON Schema of each event type's data, as `dataschema` names it: `contracts/events/{type}/{version}.json`."""

from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any, NamedTuple

from kernel.cloud_event import EventData, schema_name

from contracts.generator.wire_schema import DIALECT, schemas

# The modules that define events, with the source that tells them.
DOMAIN = {"order": "orders", "stock": "inventory", "payment": "payments", "shipment": "shipping"}


class EventType(NamedTuple):
    """An event type; `model` is its latest version."""

    name: str
    source: str
    model: type[EventData]

    @property
    def version(self) -> int:
        return self.model.schema_version


def event_types() -> Iterator[EventType]:
    """Yield every event type. A class that others extend is none."""
    for module, source in DOMAIN.items():
        for name, member in vars(import_module(module)).items():
            is_event = isinstance(member, type) and issubclass(member, EventData) and member.__module__ == module
            if is_event and not member.__subclasses__():
                yield EventType(name, source, member)


def path_of(name: str, version: int) -> Path:
    """Return where the schema stands in `contracts/`."""
    return Path("events") / name / f"{version}.json"


def schema_of(event_type: EventType) -> dict[str, Any]:
    """Return the JSON Schema of the data that such an event carries now."""
    by_key, definitions = schemas({"data": (event_type.model, "out")}, "#/$defs/{model}")
    schema = by_key["data"]
    if "$ref" in schema:
        schema = definitions.pop(event_type.name)
    return {
        "$schema": DIALECT,
        "$id": schema_name(event_type.name, event_type.version),
        **schema,
        **({"$defs": definitions} if definitions else {}),
    }
