"""Lambda entry point that requests an operator's decision when an event of an order or a return needs one.

The sweepers send the same event again if the order or the return stays unsettled, except ShipmentLost.
"""

from decision_callback import request_decision
from kernel.cloud_event import CloudEvent
from kernel.queue_consumer import Unprocessable, queue_consumer
from task import KINDS, TaskFacts


@queue_consumer
def handler(event: CloudEvent) -> None:
    """Start the execution that waits for the decision, unless one is running.

    The event determines the execution's name.

    Raises:
        Unprocessable: An event of this type does not need a decision.
    """
    kind = KINDS.get(event.type)
    if kind is None:
        raise Unprocessable(f"{event.type} does not need an operator's decision")
    facts = TaskFacts.model_validate(event.data | {"order_decision": event.data.get("decision")})
    request_decision(event, kind, facts.model_dump(mode="json", exclude_none=True))
