"""Admit an order that will have to wait for a person, unless too many orders of its customer wait already."""

import order_store
import permits
from kernel.saga_step import Command, Outcome


class AdmitWaitingOrder(Command):
    pass


def admit_waiting_order(command: AdmitWaitingOrder) -> Outcome:
    """Count the order as waiting, before it holds any stock. SettleOrder gives the place back.

    Returns:
        ADMITTED; TOO_MANY_WAITING where the customer has MAX_WAITING_ORDERS other orders that wait.

    Raises:
        UnknownOrder: There is no such order.
    """
    order = order_store.load(command.order_id).order
    admitted = permits.waiting_orders(order.placed.customer_id).acquire(command.order_id)
    return Outcome(outcome="ADMITTED" if admitted else "TOO_MANY_WAITING")
