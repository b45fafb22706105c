"""Reject an order: the decision that comes before any compensation."""

import order_store
from decision_outcome import DecisionOutcome
from kernel.saga_step import Command
from order import DecidedBy


class RejectOrder(Command):
    """`reason` is a word for programs and people, such as PAYMENT_DECLINED."""

    reason: str


def reject_order(command: RejectOrder) -> DecisionOutcome:
    """Decide that the order is rejected, or answer with the decision that came first.

    Raises:
        UnknownOrder, ConcurrentChange: Step Functions retries.
    """
    order = order_store.append_event(
        command.order_id, lambda order: order.reject(command.reason, DecidedBy.SAGA, command.cause())
    )
    return DecisionOutcome.of(order)
