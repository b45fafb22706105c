"""The wait for a person, started from the orders' side: where the event that asks for one reached nobody."""

import json
from functools import cache
from typing import TYPE_CHECKING, Any

import boto3

from kernel.cloud_event import CloudEvent
from kernel.observability import logger
from kernel.settings import setting

if TYPE_CHECKING:
    from mypy_boto3_stepfunctions import SFNClient

KINDS = {"OrderReviewRequested": "review", "OrderNeedsAttention": "attention"}


@cache
def _step_functions() -> "SFNClient":
    return boto3.client("stepfunctions")


def start(question: CloudEvent) -> None:
    """Start the wait that this event asks for. It has the name that attend_orders gives it, so that there is one."""
    name = f"{question.subject}-{question.sequence}"
    try:
        _step_functions().start_execution(
            stateMachineArn=setting("ATTEND_ORDER_STATE_MACHINE_ARN"), name=name, input=json.dumps(wait_input(question))
        )
    except _step_functions().exceptions.ExecutionAlreadyExists:
        logger.info("the wait %s was started before", name)


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
