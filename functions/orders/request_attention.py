"""Ask for a person: steps of the saga kept failing."""

import order_store
import permits
from kernel.saga_step import Command, Outcome


class RequestAttention(Command):
    failed_steps: tuple[str, ...]


def request_attention(command: RequestAttention) -> Outcome:
    """Mark the order as needing attention, unless it is marked or settled already.

    Raises:
        UnknownOrder, ConcurrentChange: Step Functions retries.
    """
    order = order_store.request_attention(
        command.order_id, lambda order: order.request_attention(command.failed_steps, command.cause())
    )
    permits.running_sagas().release(command.order_id)
    return Outcome(outcome=order.status)
