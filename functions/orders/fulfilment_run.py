"""A run of an order's saga: what it needs to know, and its start."""

import json
from typing import TYPE_CHECKING, Any

from kernel.at_start import made_at_start
from kernel.observability import logger
from kernel.settings import setting

import boto3

from order_store import StoredOrder

if TYPE_CHECKING:
    from mypy_boto3_stepfunctions import SFNClient


@made_at_start
def _step_functions() -> "SFNClient":
    return boto3.client("stepfunctions")


def start(name: str, stored: StoredOrder, causation_id: str) -> None:
    """Start the run `name`, unless it was started before. The order may be running already: two runs are one order."""
    try:
        _step_functions().start_execution(
            stateMachineArn=setting("FULFIL_ORDER_STATE_MACHINE_ARN"),
            name=name,
            input=json.dumps(saga_input(stored, causation_id)),
        )
    except _step_functions().exceptions.ExecutionAlreadyExists:
        logger.info("the run %s was started before", name)


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
