"""Settle an order: its decision and all that follows from it are done. The last step of the saga."""

import order_store
import permits
from kernel.saga_step import Command, Outcome


class SettleOrder(Command):
    """`waits`: whether the order had to be admitted, because it waits for a person."""

    waits: bool = False


def settle_order(command: SettleOrder) -> Outcome:
    """Take the order out of the index of unsettled orders, and resolve the attention that it needed.

    Raises:
        ValueError: the order is undecided.
        UnknownOrder, ConcurrentChange: Step Functions retries.
    """
    order = order_store.settle(command.order_id, lambda order: order.settle(command.cause()))
    permits.running_sagas().release(command.order_id)
    if command.waits:
        permits.waiting_orders(order.placed.customer_id).release(command.order_id)
    return Outcome(outcome=order.status)
