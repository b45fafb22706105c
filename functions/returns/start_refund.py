"""Lambda entry point: start a run of refund_return after an event of a return, or after a run that ended unfinished."""

from pydantic import TypeAdapter

import refund_run
from kernel.cloud_event import CloudEvent
from kernel.observability import correlate, correlate_with, logger
from kernel.queue_consumer import Unprocessable, message_consumer
from order_returns import UnknownReturn
from refund_run import RefundRun
from return_store import load

_MESSAGE: TypeAdapter[CloudEvent | RefundRun] = TypeAdapter(CloudEvent | RefundRun)


def requested_run(body: str) -> RefundRun:
    """Return the run that a message of the queue requests.

    Args:
        body: JSON: an event of a return from the topic, or a RefundRun from the state machine.

    Returns:
        The run. Its name is derived from the message, so a duplicate delivery starts no second Standard workflow.

    Raises:
        pydantic.ValidationError: The message is neither.
        KeyError: The event names no return.
    """
    message = _MESSAGE.validate_json(body)
    if isinstance(message, RefundRun):
        correlate(message.order_id)
        return message
    correlate_with(message)
    return_id = message.data["return_id"]
    return RefundRun(
        order_id=message.subject,
        return_id=return_id,
        causation_id=message.id,
        run_id=f"{return_id}-{message.sequence}",
    )


def start_refund(run: RefundRun) -> None:
    """Start the run with the current return, unless the return is settled or waits for an operator.

    The message of a settled return is an old duplicate. While an operator has the task, they may pay the customer back
    by other means, so the provider must not pay too. Their answer starts the next run.

    Raises:
        Unprocessable: There is no such return.
    """
    try:
        state = load(run.order_id)
        current = state.get(run.return_id)
    except UnknownReturn as error:
        raise Unprocessable(str(error)) from error
    if current in state.due_refunds:
        refund_run.start(run, state)
    else:
        logger.info("skipped the run %s, because the return is settled or waits for an operator", run.name)


handler = message_consumer(requested_run, start_refund)
