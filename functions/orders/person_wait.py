"""The wait for a person, started from the orders' side: where the event that asks for one reached nobody."""

import json
from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING, Any

from kernel.client_limits import CLIENT_LIMITS
from kernel.cloud_event import CloudEvent
from kernel.observability import logger
from kernel.settings import setting
from kernel.timestamps import now

import boto3

if TYPE_CHECKING:
    from mypy_boto3_stepfunctions import SFNClient

KINDS = {"OrderReviewRequested": "review", "OrderNeedsAttention": "attention"}
# The names of waits that ended are used up for ninety days.
# https://docs.aws.amazon.com/step-functions/latest/apireference/API_StartExecution.html
MOST_WAITS = 10


class NobodyCanBeAsked(Exception):
    """Every wait for an answer to this question has ended without one. The machine attend_order is broken."""


@cache
def _step_functions() -> "SFNClient":
    return boto3.client("stepfunctions", config=CLIENT_LIMITS)


def start(question: CloudEvent) -> None:
    """Start the wait that this event asks for, unless one runs. It has the name that attend_orders gives it.

    Where that one has ended, however, and the question is still there, the next number is tried: should the answer just
    be on its way, the new wait finds that the task is decided, and changes nothing.

    Raises:
        NobodyCanBeAsked: MOST_WAITS have ended, and that of this hour too. The next hour has one more.
    """
    for name in _names(question):
        try:
            _step_functions().start_execution(
                stateMachineArn=setting("ATTEND_ORDER_STATE_MACHINE_ARN"),
                name=name,
                input=json.dumps(wait_input(question)),
            )
        except _step_functions().exceptions.ExecutionAlreadyExists:
            if _status(name) != "RUNNING":
                continue
            logger.info("the wait %s was started before", name)
        return
    raise NobodyCanBeAsked(f"all waits of {question.id} ended without an answer: see them in attend_order")


def _names(question: CloudEvent) -> Iterator[str]:
    """Yield the names of the waits: some in quick succession, then one an hour, until the machine is mended."""
    first = f"{question.subject}-{question.sequence}"
    yield first
    yield from (f"{first}-again-{number}" for number in range(2, MOST_WAITS + 1))
    yield f"{first}-again-{now()[:13]}"


def _status(name: str) -> str:
    machine = setting("ATTEND_ORDER_STATE_MACHINE_ARN")
    execution = f"{machine.replace(':stateMachine:', ':execution:')}:{name}"
    return _step_functions().describe_execution(executionArn=execution)["status"]


def wait_input(question: CloudEvent) -> dict[str, Any]:
    """Return what attend_order needs to know: which event asks, for what kind of answer, and what a person reads."""
    data = question.data
    known = {name: data.get(name) for name in ("total", "currency", "reason")} | {
        "order_decision": data.get("decision")
    }
    return {
        "order_id": question.subject,
        "sequence": question.sequence,
        "kind": KINDS[question.type],
        "failed_steps": data.get("failed_steps", []),
        **{name: value for name, value in known.items() if value is not None},
    }
