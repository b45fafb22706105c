"""Confirm an order: the saga's pivot. After it there is no way back, only forward."""

import order_store
from decided import Decided
from kernel.saga_step import Command, saga_step


class ConfirmOrder(Command):
    pass


@saga_step
def handler(command: ConfirmOrder) -> Decided:
    """Decide that the order is confirmed, or answer with the decision that came first.

    Raises:
        UnknownOrder, ConcurrentChange: Step Functions retries.
    """
    order = order_store.decide(command.order_id, lambda order: order.confirm(command.cause()))
    return Decided.of(order)
