"""Request an operator's decision when an order's event asks for one. The sweeper of orders sends that event again."""

from decision_callback import request_decision
from kernel.cloud_event import CloudEvent
from kernel.queue_consumer import Unprocessable, queue_consumer
from task import KINDS, WhatIsKnown


@queue_consumer
def handler(event: CloudEvent) -> None:
    """Start the execution that waits for the decision, unless one is running. Its name follows from the event.

    Raises:
        Unprocessable: The event does not ask for a decision.
    """
    kind = KINDS.get(event.type)
    if kind is None:
        raise Unprocessable(f"{event.type} does not ask for a decision")
    known = WhatIsKnown.model_validate(event.data | {"order_decision": event.data.get("decision")})
    request_decision(event.subject, event.sequence, kind, known.model_dump(mode="json", exclude_none=True))
