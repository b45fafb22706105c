"""Lambda entry point: start a run of the saga after an event of an order or its payment, or after an undecided run."""

from pydantic import TypeAdapter

import fulfilment_run
import order_store
import permits
from kernel.cloud_event import CloudEvent
from kernel.observability import correlate, correlate_with, logger
from kernel.queue_consumer import Unprocessable, message_consumer
from kernel.saga_run import SagaRun
from order import SOURCE, UnknownOrder

_MESSAGE: TypeAdapter[CloudEvent | SagaRun] = TypeAdapter(CloudEvent | SagaRun)


def requested_run(body: str) -> SagaRun:
    """Return the run that a message of the queue requests.

    Args:
        body: JSON: an event of an order or its payment from the topic, or a SagaRun from the state machine.

    Returns:
        The run. Its name is derived from the message, so a duplicate delivery starts no second Standard workflow.

    Raises:
        pydantic.ValidationError: The message is neither.
    """
    message = _MESSAGE.validate_json(body)
    if isinstance(message, SagaRun):
        correlate(message.order_id)
        return message
    correlate_with(message)
    # Each source has its own sequences.
    source = "" if message.source == SOURCE else f"{message.source}-"
    return SagaRun(
        order_id=message.subject, causation_id=message.id, run_id=f"{message.subject}-{source}{message.sequence}"
    )


def start_fulfilment(run: SagaRun) -> None:
    """Start the run with the current order. Skip a settled order, because its message is an old duplicate.

    Also skip an order while an operator may collect its payment by other means, because the run would charge it too.
    The operator's answer starts the next run.

    Postpone the run while the maximum number of sagas is running.

    Raises:
        Unprocessable: There is no such order.
    """
    try:
        stored = order_store.load(run.order_id)
    except UnknownOrder as error:
        raise Unprocessable(f"there is no order {run.order_id}") from error
    if stored.order.settled:
        logger.info("skipped the run %s, because the order is settled", run.name)
        # The run that settled it may have died before it released them.
        permits.running_sagas().release(run.order_id)
        permits.waiting_orders(stored.order.placed.customer_id).release(run.order_id)
        return
    if stored.order.capture_is_at_operator:
        logger.info("skipped the run %s, because an operator may collect the payment", run.name)
        return
    if not fulfilment_run.start(run, stored):
        fulfilment_run.postpone(run)


handler = message_consumer(requested_run, start_fulfilment)
