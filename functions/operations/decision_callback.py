"""Start the executions of attend_order that wait for an operator's decision, and deliver the decision to them.

They wait with a task token: https://docs.aws.amazon.com/step-functions/latest/dg/connect-to-resource.html
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any
from uuid import uuid4

from botocore.exceptions import ClientError

import task_store
from kernel import saga_run
from kernel.cloud_event import CloudEvent
from kernel.observability import logger
from kernel.settings import setting
from kernel.timestamps import now
from task import Kind, Task, TaskFacts, task_id_of

# https://docs.aws.amazon.com/step-functions/latest/apireference/API_SendTaskSuccess.html#API_SendTaskSuccess_Errors
NOT_WAITING = {"TaskTimedOut", "TaskDoesNotExist", "InvalidToken"}
# If every execution fails, the sweeper may start this many in quick succession. After that, one per hour.
MAX_QUICK_STARTS = 10


def request_decision(event: CloudEvent, kind: Kind, facts: Mapping[str, Any]) -> None:
    """Start the execution that waits for the decision, unless one is running.

    If an execution ended without a decision, the next one gets a new name, because its name stays reserved.
    If the task was decided in the meantime, the new execution gets that decision at once. Applying it twice changes
    nothing.

    Args:
        event: The event of an order or a return that needs the decision.
        kind: The kind of the task.
        facts: What the operator needs to know: the members of `task.TaskFacts`.
    """
    request = {"order_id": event.subject, "source": event.source, "sequence": event.sequence, "kind": kind, **facts}
    for name in _names(task_id_of(event.subject, event.source, event.sequence)):
        if saga_run.start_execution(setting("ATTEND_ORDER_STATE_MACHINE_ARN"), name, request):
            return
        if _is_running(name):
            logger.info("the execution %s already waits for a decision", name)
            return
    logger.error("every execution of attend_order for this event failed: see the runbook of AttendOrderFailedAlarm")


def send_decision(token: str, decision: Mapping[str, Any]) -> bool:
    """Send a decision to the execution that waits with this task token.

    Returns:
        Whether the execution got the decision. False if it no longer waits.
    """
    try:
        saga_run.step_functions().send_task_success(taskToken=token, output=json.dumps(decision))
    except ClientError as error:
        if error.response["Error"]["Code"] not in NOT_WAITING:
            raise
        return False
    return True


def deliver_decision(task: Task) -> None:
    """Send a task's decision to its execution. If that has ended, start another one, which finds the decision."""
    if not send_decision(task.token, task.decision_output()):
        names = {"order_id", "source", "sequence", "kind", *TaskFacts.model_fields}
        request = task.model_dump(mode="json", include=names, exclude_none=True)
        name = f"{task.task_id}-{uuid4().hex[:8]}"
        saga_run.start_execution(setting("ATTEND_ORDER_STATE_MACHINE_ARN"), name, request)
    task_store.mark_delivered(task.task_id)


def _names(first: str) -> Iterator[str]:
    yield first
    yield from (f"{first}-again-{number}" for number in range(2, MAX_QUICK_STARTS + 1))
    yield f"{first}-again-{now()[:13]}"


def _is_running(name: str) -> bool:
    machine = setting("ATTEND_ORDER_STATE_MACHINE_ARN")
    execution = f"{machine.replace(':stateMachine:', ':execution:')}:{name}"
    return saga_run.step_functions().describe_execution(executionArn=execution)["status"] == "RUNNING"
