"""Open a task: attend_order asks for it through a queue, with the token by which it waits for the answer."""

import task_store
from decision_callback import send_decision
from kernel.observability import correlate, logger
from kernel.queue_consumer import message_consumer
from kernel.timestamps import now
from task import CLOSED, Kind, Task, TaskStatus, WhatIsKnown, task_id_of


class TaskRequest(WhatIsKnown):
    """What attend_order sends."""

    order_id: str
    sequence: int
    kind: Kind
    token: str


def task_request_of(body: str) -> TaskRequest:
    """Read a message. Raises: pydantic.ValidationError: it is no request."""
    request = TaskRequest.model_validate_json(body)
    correlate(request.order_id)
    return request


def open_task(request: TaskRequest) -> None:
    """Store the task. A task that is decided or closed already is answered at once."""
    task_id = task_id_of(request.order_id, request.sequence)
    stored = task_store.open_task(Task(task_id=task_id, opened_at=now(), **request.model_dump()))
    if stored is None:
        send_decision(request.token, CLOSED)
    elif stored.status is not TaskStatus.OPEN:
        send_decision(request.token, stored.answer())
    logger.info("task %s is %s", task_id, stored.status if stored else TaskStatus.CLOSED)


handler = message_consumer(task_request_of, open_task)
