"""A run of the saga of an order: its input and its start."""

import json
from functools import cache
from typing import TYPE_CHECKING, Any

import boto3
from pydantic import BaseModel, ConfigDict, Field

from kernel.client_limits import CLIENT_LIMITS
from kernel.init_phase import cached_at_init
from kernel.observability import logger
from kernel.settings import setting
from order_store import StoredOrder

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient
    from mypy_boto3_stepfunctions import SFNClient

# How often, in all, the waiting runs may ask for a permit. More would take the processor from the running sagas, and a
# slow machine would do nothing else.
ATTEMPTS_PER_SECOND = 5
MAX_POSTPONE_SECONDS = 60


class Run(BaseModel):
    """A run to start. When a run ends undecided, the state machine sends the next run of the series.

    Attributes:
        order_id: The order to fulfil.
        causation_id: The id of the event that leads to the run.
        run_id: The name of the first run of the series.
        run: The number of this run in the series, from 1.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    order_id: str
    causation_id: str
    run_id: str = Field(max_length=70)
    run: int = Field(default=1, ge=1)

    @property
    def name(self) -> str:
        """The name of the execution. Duplicates of a message start one execution, because its name is unique."""
        return self.run_id if self.run == 1 else f"{self.run_id}-run-{self.run}"


@cache
def _sqs() -> "SQSClient":
    return boto3.client("sqs", config=CLIENT_LIMITS)


@cached_at_init
def _step_functions() -> "SFNClient":
    return boto3.client("stepfunctions", config=CLIENT_LIMITS)


def start(run: Run, stored: StoredOrder) -> bool:
    """Start a run, unless an execution with its name exists. Runs of one order can overlap: every step is idempotent.

    Args:
        run: The run to start.
        stored: The current order.

    Returns:
        Whether this call started the run.
    """
    try:
        _step_functions().start_execution(
            stateMachineArn=setting("FULFIL_ORDER_STATE_MACHINE_ARN"),
            name=run.name,
            input=json.dumps(saga_input(run, stored)),
        )
    except _step_functions().exceptions.ExecutionAlreadyExists:
        logger.info("the run %s has already been started", run.name)
        return False
    logger.info("started the run %s", run.name)
    return True


def postpone(run: Run) -> None:
    """Send the run to the queue that starts runs, with a delay that grows with the number of waiting runs."""
    queue = setting("FULFILMENT_QUEUE_URL")
    counts = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesDelayed"]
    response = _sqs().get_queue_attributes(QueueUrl=queue, AttributeNames=counts)  # type: ignore[arg-type]
    waiting = sum(int(number) for number in response["Attributes"].values())
    delay = min(MAX_POSTPONE_SECONDS, 1 + waiting // ATTEMPTS_PER_SECOND)
    _sqs().send_message(QueueUrl=queue, MessageBody=run.model_dump_json(), DelaySeconds=delay)


def saga_input(run: Run, stored: StoredOrder) -> dict[str, Any]:
    """Return the input of the state machine: the run, the placed order, and the decision, if there is one."""
    order = stored.order
    return {
        **run.model_dump(),
        "decision": order.decision,
        "items": [{"sku": line.sku, "quantity": line.quantity} for line in order.placed.items],
        "amount": {"amount": order.placed.total, "currency": order.placed.currency},
        "payment_method": order.placed.payment_method,
        "shipping_address": stored.request.shipping_address,
    }
