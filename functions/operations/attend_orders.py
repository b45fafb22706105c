"""Start the wait for a person, when an order's event asks for one."""

from kernel.queue_consumer import Unprocessable, queue_consumer

from kernel.cloud_event import CloudEvent

from task import KINDS, WhatIsKnown
from waiting import start_waiting


@queue_consumer
def handler(event: CloudEvent) -> None:
    """Start the wait that this event asks for. Its name follows from the event, so that a copy starts no second one.

    Raises:
        Unprocessable: the event asks for nobody.
    """
    kind = KINDS.get(event.type)
    if kind is None:
        raise Unprocessable(f"{event.type} asks for nobody")
    known = WhatIsKnown.model_validate(event.data | {"order_decision": event.data.get("decision")})
    start_waiting(event.subject, event.sequence, kind, known.model_dump(mode="json", exclude_none=True))
