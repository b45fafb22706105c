"""Request another run of the saga on behalf of an operator. Step of attend_order."""

import order_store
from kernel.saga_step import Command, Outcome
from order import Operator


class RequestRetry(Command):
    """An operator's request.

    Attributes:
        sequence: The sequence of the event that requested attention.
        by_hand: The failed steps that the operator did manually.
    """

    sequence: int
    by_hand: tuple[str, ...] = ()
    operator_id: str | None = None
    comment: str | None = None


def request_retry(command: RequestRetry) -> Outcome:
    """Restore the status from before the order needed attention, unless another answer came first.

    Returns:
        The status of the order.

    Raises:
        ConcurrentChange: Other writers came first at every attempt. Step Functions retries the step.
        UnknownOrder: There is no such order.
    """
    operator = Operator(command.operator_id, command.comment)
    order = order_store.append_event(
        command.order_id,
        lambda order: order.request_retry(command.sequence, operator, command.by_hand, command.cause()),
    )
    return Outcome(outcome=order.status)
