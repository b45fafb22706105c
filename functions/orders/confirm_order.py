"""Confirm an order: the saga's pivot. After it there is no way back, only forward."""

import order_store
from decision_outcome import DecisionOutcome
from kernel.observability import measure_since
from kernel.saga_step import Command


class ConfirmOrder(Command):
    pass


def confirm_order(command: ConfirmOrder) -> DecisionOutcome:
    """Decide that the order is confirmed, or answer with the decision that came first.

    Raises:
        UnknownOrder, ConcurrentChange: Step Functions retries.
    """
    cause = command.cause()
    order = order_store.append_event(command.order_id, lambda order: order.confirm(cause))
    # Measured by the call that confirmed it, and only where no person was waited for.
    if order.events[-1].time == cause.at and not order.review_requested:
        measure_since("TimeToConfirm", order.events[0].time)
    return DecisionOutcome.of(order)
