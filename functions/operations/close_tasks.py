"""Close an order's tasks, when an event makes their answers needless."""

import task_store
from decision_callback import deliver_decision
from kernel.cloud_event import CloudEvent
from kernel.queue_consumer import queue_consumer
from task import closes


@queue_consumer
def handler(event: CloudEvent) -> None:
    """Close the tasks that were opened before this event, and end the waits for them."""
    for kind in closes(event.type, event.data):
        for task in task_store.close(event.subject, event.sequence, kind):
            deliver_decision(task)
