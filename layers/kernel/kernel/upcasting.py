"""Upcasting: convert an event of an old version to the latest version when it is read. Stored events never change.

Each service that reads the data of events has its own upcasters, such as functions/views/view_upcasters.py. Code that
only transports events (outbox, relay, event store) does not upcast.
"""

from collections.abc import Callable, Mapping
from typing import Any

from kernel.cloud_event import CloudEvent, schema_name

Data = dict[str, Any]
# For each event type: the function from version 1 to 2, then from 2 to 3, and so on.
Upcasters = Mapping[str, tuple[Callable[[Data], Data], ...]]


def upcast(event: CloudEvent, upcasters: Upcasters) -> CloudEvent:
    """Return the event in the latest version of `upcasters`, or the same object if it has that version."""
    name, data = event.dataschema, event.data
    for version, upcaster in enumerate(upcasters.get(event.type, ()), start=1):
        if name == schema_name(event.type, version):
            name, data = schema_name(event.type, version + 1), upcaster(data)
    return event if name == event.dataschema else event.model_copy(update={"dataschema": name, "data": data})
