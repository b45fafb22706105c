"""Start the saga of an order, when an event asks for it."""

import json
from functools import cache
from typing import TYPE_CHECKING, Any

import boto3

import order_store
from kernel.cloud_event import CloudEvent
from kernel.observability import logger
from kernel.queue_consumer import Unprocessable, queue_consumer
from kernel.settings import setting
from order import UnknownOrder
from order_store import StoredOrder

if TYPE_CHECKING:
    from mypy_boto3_stepfunctions import SFNClient


@cache
def _step_functions() -> "SFNClient":
    return boto3.client("stepfunctions")


@queue_consumer
def handler(event: CloudEvent) -> None:
    """Start the run that this event causes. Its name follows from the event, so that a copy starts no second one.

    Raises:
        Unprocessable: there is no such order.
    """
    run = f"{event.subject}-{event.sequence}"
    try:
        stored = order_store.load(event.subject)
    except UnknownOrder as error:
        raise Unprocessable(f"there is no order {event.subject}") from error
    try:
        _step_functions().start_execution(
            stateMachineArn=setting("FULFIL_ORDER_STATE_MACHINE_ARN"),
            name=run,
            input=json.dumps(saga_input(stored, event.id)),
        )
    except _step_functions().exceptions.ExecutionAlreadyExists:
        logger.info("the run %s was started before", run)


def saga_input(stored: StoredOrder, causation_id: str) -> dict[str, Any]:
    """Return what a run needs to know: the order as it was placed, and its decision, if there is one yet."""
    order = stored.order
    return {
        "order_id": order.order_id,
        "causation_id": causation_id,
        "decision": order.decision,
        "items": [{"sku": line.sku, "quantity": line.quantity} for line in order.placed.items],
        "amount": {"amount": order.placed.total, "currency": order.placed.currency},
        "payment_method": order.placed.payment_method,
        "shipping_address": stored.request.shipping_address,
    }
