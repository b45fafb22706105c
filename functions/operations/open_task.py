"""Lambda entry point that opens a task. attend_order requests it through a queue and waits with its task token."""

import task_store
from decision_callback import send_decision
from kernel.observability import correlate, logger
from kernel.queue_consumer import message_consumer
from kernel.timestamps import now
from task import CLOSED_OUTPUT, Kind, Task, TaskFacts, TaskStatus, task_id_of


class TaskRequest(TaskFacts):
    """The message that attend_order sends."""

    order_id: str
    source: str
    sequence: int
    kind: Kind
    token: str


def parse(body: str) -> TaskRequest:
    """Parse the body of a message.

    Raises:
        pydantic.ValidationError: The message is not a task request.
    """
    request = TaskRequest.model_validate_json(body)
    correlate(request.order_id)
    return request


def open_task(request: TaskRequest) -> None:
    """Store the task. If it is already decided or closed, send the decision at once."""
    task_id = task_id_of(request.order_id, request.source, request.sequence)
    stored = task_store.open_task(Task(task_id=task_id, opened_at=now(), **request.model_dump()))
    if stored is None:
        send_decision(request.token, CLOSED_OUTPUT)
    elif stored.status is not TaskStatus.OPEN:
        send_decision(request.token, stored.decision_output())
    logger.info("task %s is %s", task_id, stored.status if stored else TaskStatus.CLOSED)


handler = message_consumer(parse, open_task)
