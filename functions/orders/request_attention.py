"""Request an operator's attention, because steps of the saga kept failing. Saga step."""

import order_store
import permits
from kernel.saga_step import Command, Outcome


class RequestAttention(Command):
    failed_steps: tuple[str, ...]


def request_attention(command: RequestAttention) -> Outcome:
    """Append OrderNeedsAttention, unless attention is already requested or the order is settled.

    Raises:
        ConcurrentChange: Other writers came first at every attempt. Step Functions retries the step.
        UnknownOrder: There is no such order.
    """
    order = order_store.request_attention(
        command.order_id, lambda order: order.request_attention(command.failed_steps, command.cause())
    )
    permits.running_sagas().release(command.order_id)
    return Outcome(outcome=order.status)
