"""Lambda entry point that closes tasks when an event of their order or return makes the decisions unnecessary."""

import task_store
from decision_callback import deliver_decision
from kernel.cloud_event import CloudEvent
from kernel.queue_consumer import queue_consumer
from task import kinds_closed_by


@queue_consumer
def handler(event: CloudEvent) -> None:
    """Close the tasks that were opened before this event, and resume the executions that wait for them."""
    for kind in kinds_closed_by(event.type, event.data):
        for task in task_store.close(event, kind):
            deliver_decision(task)
