"""Confirm an order. Saga step, the pivot: after it the saga only goes forward."""

import order_store
from decision_outcome import DecisionOutcome
from kernel.observability import measure_since
from kernel.saga_step import Command


class ConfirmOrder(Command):
    pass


def confirm_order(command: ConfirmOrder) -> DecisionOutcome:
    """Confirm the order, or return the earlier decision.

    Raises:
        ConcurrentChange: Other writers came first at every attempt. Step Functions retries the step.
        UnknownOrder: There is no such order.
    """
    cause = command.cause()
    order = order_store.append_event(command.order_id, lambda order: order.confirm(cause))
    # Only the call that confirmed the order records the metric, and only if the order did not wait for an operator or
    # the bank: then its second event confirms it.
    if order.events[-1].time == cause.at and len(order.events) == 2:
        measure_since("TimeToConfirm", order.events[0].time)
    return DecisionOutcome.of(order)
