"""Have the saga run again, because a person says so. Called by attend_order."""

import order_store
from kernel.saga_step import Command, Outcome
from order import Operator


class RequestRetry(Command):
    """`sequence` is that of the event that asked for a person; `by_hand` names the steps that this person has done."""

    sequence: int
    by_hand: tuple[str, ...] = ()
    operator_id: str | None = None
    comment: str | None = None


def request_retry(command: RequestRetry) -> Outcome:
    """Give the order back the status that it had, unless something else has happened to it since.

    Returns:
        The order's status.

    Raises:
        UnknownOrder, ConcurrentChange: Step Functions retries.
    """
    operator = Operator(command.operator_id, command.comment)
    order = order_store.append_event(
        command.order_id,
        lambda order: order.request_retry(command.sequence, operator, command.by_hand, command.cause()),
    )
    return Outcome(outcome=order.status)
