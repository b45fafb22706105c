"""A run of the saga of an order: its input, its permit and its start."""

from functools import cache
from typing import TYPE_CHECKING, Any

import boto3

import permits
from kernel.client_limits import CLIENT_LIMITS
from kernel.saga_run import SagaRun, start_execution
from kernel.settings import setting
from order_store import StoredOrder
from permits import Permit

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

# How often, in all, the waiting runs may ask for a permit. More would take the processor from the running sagas, and a
# slow machine would do nothing else.
ATTEMPTS_PER_SECOND = 5
MAX_POSTPONE_SECONDS = 60


@cache
def _sqs() -> "SQSClient":
    return boto3.client("sqs", config=CLIENT_LIMITS)


def start(run: SagaRun, stored: StoredOrder) -> bool:
    """Start a run with the current order, unless the maximum number of sagas is running.

    Returns:
        Whether a run with this name was started, now or earlier. False if the run must wait for a permit.
    """
    running = permits.running_sagas()
    permit = running.acquire(run.order_id)
    if permit is None:
        return False
    started_now = start_execution(setting("FULFIL_ORDER_STATE_MACHINE_ARN"), run.name, saga_input(run, stored))
    if not started_now and permit is Permit.NEW:
        # A kept permit belongs to the run that an earlier call started.
        running.release(run.order_id)
    return True


def postpone(run: SagaRun) -> None:
    """Send the run to the queue that starts runs, with a delay that grows with the number of waiting runs."""
    queue = setting("FULFILMENT_QUEUE_URL")
    counts = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesDelayed"]
    response = _sqs().get_queue_attributes(QueueUrl=queue, AttributeNames=counts)  # type: ignore[arg-type]
    waiting = sum(int(number) for number in response["Attributes"].values())
    delay = min(MAX_POSTPONE_SECONDS, 1 + waiting // ATTEMPTS_PER_SECOND)
    _sqs().send_message(QueueUrl=queue, MessageBody=run.model_dump_json(), DelaySeconds=delay)


def saga_input(run: SagaRun, stored: StoredOrder) -> dict[str, Any]:
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
