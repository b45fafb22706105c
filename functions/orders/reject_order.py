"""Reject an order. Saga step: the decision precedes every compensation."""

import order_store
from decision_outcome import DecisionOutcome
from kernel.saga_step import Command
from order_events import DecidedBy


class RejectOrder(Command):
    """`reason` is the code of the rejection, such as PAYMENT_DECLINED."""

    reason: str


def reject_order(command: RejectOrder) -> DecisionOutcome:
    """Reject the order, or return the earlier decision.

    Raises:
        ConcurrentChange: Other writers came first at every attempt. Step Functions retries the step.
        UnknownOrder: There is no such order.
    """
    order = order_store.append_event(
        command.order_id, lambda order: order.reject(command.reason, DecidedBy.SAGA, command.cause())
    )
    return DecisionOutcome.of(order)
