"""Executions of attend_order that wait for an operator's decision, by Step Functions' callback pattern."""

import json
from collections.abc import Iterator, Mapping
from functools import cache
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import boto3
from botocore.exceptions import ClientError

import task_store
from kernel.client_limits import CLIENT_LIMITS
from kernel.observability import logger
from kernel.settings import setting
from kernel.timestamps import now
from task import Kind, Task, task_id_of

if TYPE_CHECKING:
    from mypy_boto3_stepfunctions import SFNClient

# https://docs.aws.amazon.com/step-functions/latest/apireference/API_SendTaskSuccess.html#API_SendTaskSuccess_Errors
GONE = {"TaskTimedOut", "TaskDoesNotExist", "InvalidToken"}
# If every execution fails, so many are started in quick succession. After that it is one per hour.
MAX_QUICK_STARTS = 10


@cache
def _step_functions() -> "SFNClient":
    return boto3.client("stepfunctions", config=CLIENT_LIMITS)


def request_decision(order_id: str, sequence: int, kind: Kind, known: Mapping[str, Any]) -> None:
    """Start the execution that waits for the decision that an order's event asks for, unless one is running.

    An execution may have ended without a decision, so the next one gets the next name. Step Functions keeps the names
    of ended executions for 90 days
    (https://docs.aws.amazon.com/step-functions/latest/apireference/API_StartExecution.html).
    If the task was decided meanwhile, the new execution gets that decision at once, and carrying it out again changes
    nothing.

    Args:
        order_id: The order.
        sequence: The sequence of the order's event that asks for the decision.
        kind: The kind of the task.
        known: What the operator needs to know about the order: the members of `task.WhatIsKnown`.
    """
    for name in _names(task_id_of(order_id, sequence)):
        if _start(name, {"order_id": order_id, "sequence": sequence, "kind": kind, **known}):
            return
        if _is_running(name):
            logger.info("the execution %s is waiting for a decision already", name)
            return
    logger.error("every execution of attend_order for this event ended: AttendOrderFailedAlarm has its runbook")


def send_decision(token: str, decision: Mapping[str, Any]) -> bool:
    """Send a decision to the execution that waits with this task token.

    Returns:
        Whether the execution got it; False if it does not wait any more.
    """
    try:
        _step_functions().send_task_success(taskToken=token, output=json.dumps(decision))
    except ClientError as error:
        if error.response["Error"]["Code"] not in GONE:
            raise
        return False
    return True


def deliver_decision(task: Task) -> None:
    """Send a task's decision to its execution. If that has ended, start another, which finds the decision."""
    if not send_decision(task.token, task.answer()):
        wanted = {"order_id": task.order_id, "sequence": task.sequence, "kind": task.kind}
        _start(f"{task.task_id}-{uuid4().hex[:8]}", wanted)
    task_store.awake(task.task_id)


def _names(first: str) -> Iterator[str]:
    yield first
    yield from (f"{first}-again-{number}" for number in range(2, MAX_QUICK_STARTS + 1))
    yield f"{first}-again-{now()[:13]}"


def _start(name: str, wanted: Mapping[str, Any]) -> bool:
    """Start an execution.

    Returns:
        Whether it was started now; False if there is, or was, one with this name.
    """
    try:
        _step_functions().start_execution(
            stateMachineArn=setting("ATTEND_ORDER_STATE_MACHINE_ARN"), name=name, input=json.dumps(wanted)
        )
    except _step_functions().exceptions.ExecutionAlreadyExists:
        return False
    return True


def _is_running(name: str) -> bool:
    machine = setting("ATTEND_ORDER_STATE_MACHINE_ARN")
    execution = f"{machine.replace(':stateMachine:', ':execution:')}:{name}"
    return _step_functions().describe_execution(executionArn=execution)["status"] == "RUNNING"
