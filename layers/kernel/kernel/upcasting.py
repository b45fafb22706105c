"""Upcasting: read the event of an old version as if it had the latest one. Stored events stay as they were written.

Each service that reads an event's data owns the upcasters for it, in a module of its own, such as
functions/views/view_upcasters.py. What only carries events (outbox, relay, event store) does not upcast.
"""

from collections.abc import Callable, Mapping
from typing import Any

from kernel.cloud_event import CloudEvent, schema_name

Data = dict[str, Any]
# By event type: the function from version 1 to version 2, then the one from 2 to 3, and so on.
Upcasters = Mapping[str, tuple[Callable[[Data], Data], ...]]


def upcast(event: CloudEvent, upcasters: Upcasters) -> CloudEvent:
    """Return the event in the latest version that `upcasters` leads to; the same object if it has that version."""
    name, data = event.dataschema, event.data
    for version, upcaster in enumerate(upcasters.get(event.type, ()), start=1):
        if name == schema_name(event.type, version):
            name, data = schema_name(event.type, version + 1), upcaster(data)
    return event if name == event.dataschema else event.model_copy(update={"dataschema": name, "data": data})
