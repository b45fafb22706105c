"""The executions of attend_order that wait for people: starting them, and waking them."""

import json
from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from kernel.client_limits import CLIENT_LIMITS
from kernel.observability import logger
from kernel.settings import setting

import boto3
from botocore.exceptions import ClientError

import task_store
from task import Kind, Task, task_id_of

if TYPE_CHECKING:
    from mypy_boto3_stepfunctions import SFNClient

# https://docs.aws.amazon.com/step-functions/latest/apireference/API_SendTaskSuccess.html#API_SendTaskSuccess_Errors
GONE = {"TaskTimedOut", "TaskDoesNotExist", "InvalidToken"}


@cache
def _step_functions() -> "SFNClient":
    return boto3.client("stepfunctions", config=CLIENT_LIMITS)


def start_waiting(
    order_id: str, sequence: int, kind: Kind, known: Mapping[str, Any] | None = None, *, again: bool = False
) -> None:
    """Start the wait for a person that the order's event number `sequence` asks for: once, unless `again`."""
    name = task_id_of(order_id, sequence) + (f"-{uuid4().hex[:8]}" if again else "")
    wanted = {"order_id": order_id, "sequence": sequence, "kind": kind, **(known or {})}
    try:
        _step_functions().start_execution(
            stateMachineArn=setting("ATTEND_ORDER_STATE_MACHINE_ARN"), name=name, input=json.dumps(wanted)
        )
    except _step_functions().exceptions.ExecutionAlreadyExists:
        logger.info("the wait %s was started before", name)


def tell(token: str, answer: Mapping[str, Any]) -> bool:
    """Wake the execution that waits with `token`. Returns: False where it waits no more."""
    try:
        _step_functions().send_task_success(taskToken=token, output=json.dumps(answer))
    except ClientError as error:
        if error.response["Error"]["Code"] not in GONE:
            raise
        return False
    return True


def wake(task: Task) -> None:
    """Tell whoever waits how the task ended; where nobody does, start a wait that will find it out."""
    if not tell(task.token, task.answer()):
        start_waiting(task.order_id, task.sequence, task.kind, again=True)
    task_store.awake(task.task_id)
