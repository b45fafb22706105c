"""Reject an order: the decision that comes before any compensation."""

from kernel.saga_step import Command

import order_store
from decided import Decided
from order import DecidedBy


class RejectOrder(Command):
    """`reason` is a word for programs and people, such as PAYMENT_DECLINED."""

    reason: str


def reject_order(command: RejectOrder) -> Decided:
    """Decide that the order is rejected, or answer with the decision that came first.

    Raises:
        UnknownOrder, ConcurrentChange: Step Functions retries.
    """
    order = order_store.decide(
        command.order_id, lambda order: order.reject(command.reason, DecidedBy.SAGA, command.cause())
    )
    return Decided.of(order)
