"""Old versions of events, turned into the latest ones where events are read. What is stored stays as it was written.

So nobody but this module knows that there were other versions. Whoever looks into an event's `data` reads it through
`upcast`; those that only carry events (the outbox, the relay, the store) leave them as they are.
"""

from collections.abc import Callable, Mapping
from typing import Any

from kernel.cloud_event import CloudEvent, schema_name

Data = dict[str, Any]
Step = Callable[[Data], Data]


def _with_carrier(data: Data) -> Data:
    # While version 1 was written, the sandbox was the only carrier.
    return {"carrier": "sandbox", **data}


# The first step makes version 2 of version 1, the second one version 3 of that, and so on.
UPCASTERS: Mapping[str, tuple[Step, ...]] = {
    "ShipmentBooked": (_with_carrier,),
}

_NEXT = {
    schema_name(event_type, version): (schema_name(event_type, version + 1), step)
    for event_type, steps in UPCASTERS.items()
    for version, step in enumerate(steps, start=1)
}


def upcast(event: CloudEvent) -> CloudEvent:
    """Return the event in the latest version of its type, with the `dataschema` of that; most are in it already."""
    name, data = event.dataschema, event.data
    while name in _NEXT:
        name, step = _NEXT[name]
        data = step(data)
    return event if name == event.dataschema else event.model_copy(update={"dataschema": name, "data": data})
