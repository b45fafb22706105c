"""The JSON Schema of each event type's data, which `dataschema` names: `contracts/events/{type}/{version}.json`."""

import json
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any, NamedTuple

from contracts.generator.wire_schema import DIALECT, schemas
from kernel.cloud_event import EventData, schema_name
from tools.local_cloud.cloud import ROOT


class EventType(NamedTuple):
    """An event type. `model` is the latest version of its data; `source` is the service that emits it."""

    name: str
    source: str
    model: type[EventData]

    @property
    def version(self) -> int:
        return self.model.schema_version


def event_types() -> Iterator[EventType]:
    """Yield the event types of all services: the subclasses of `EventData` that have no subclass."""
    for file in sorted((ROOT / "functions").glob("*/*.py")):
        if "EventData" not in file.read_text():
            continue
        for name, member in vars(import_module(file.stem)).items():
            is_event = isinstance(member, type) and issubclass(member, EventData) and member.__module__ == file.stem
            if is_event and not member.__subclasses__():
                yield EventType(name, file.parent.name, member)


def path_of(name: str, version: int) -> Path:
    """Return the schema's path in `contracts/`."""
    return Path("events") / name / f"{version}.json"


def schema_of(event_type: EventType) -> dict[str, Any]:
    """Return the JSON Schema of the latest version of the event type's data."""
    by_key, definitions = schemas({"data": (event_type.model, "out")}, "#/$defs/{model}")
    schema = by_key["data"]
    if "$ref" in schema:
        schema = definitions.pop(event_type.name)
    # pydantic also returns the definition of a type whose schema is replaced by `WithJsonSchema`.
    references = json.dumps([schema, definitions])
    definitions = {name: each for name, each in definitions.items() if f'"#/$defs/{name}"' in references}
    return {
        "$schema": DIALECT,
        "$id": schema_name(event_type.name, event_type.version),
        **schema,
        **({"$defs": definitions} if definitions else {}),
    }
