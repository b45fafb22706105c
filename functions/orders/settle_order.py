"""Settle an order: the decision and all its consequences are done. The last step of the saga."""

import order_store
import permits
from kernel.saga_step import Command, Outcome


class SettleOrder(Command):
    """`waits` says whether the order was admitted to wait for an operator, and so may hold a permit."""

    waits: bool = False


def settle_order(command: SettleOrder) -> Outcome:
    """Remove the order from the index of unsettled orders, and mark its request for attention as handled.

    Raises:
        ValueError: The order is undecided.
        ConcurrentChange: Other writers came first at every attempt. Step Functions retries the step.
        UnknownOrder: There is no such order.
    """
    order = order_store.settle(command.order_id, lambda order: order.settle(command.cause()))
    permits.running_sagas().release(command.order_id)
    # A deployment can raise the threshold while the order waits, so `waits` of this run does not suffice.
    if command.waits or order.has_waited:
        permits.waiting_orders(order.placed.customer_id).release(command.order_id)
    return Outcome(outcome=order.status)
