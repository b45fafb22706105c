"""Admit an order that must wait for an operator, unless too many orders of its customer already wait. Saga step."""

import order_store
import permits
from kernel.saga_step import Command, Outcome


class AdmitWaitingOrder(Command):
    pass


def admit_waiting_order(command: AdmitWaitingOrder) -> Outcome:
    """Acquire a permit to wait, before the order reserves stock. SettleOrder releases the permit.

    An order that is decided does not wait. One that has waited stays admitted, also if its permit has expired.

    Returns:
        ADMITTED, or TOO_MANY_WAITING if MAX_WAITING_ORDERS other orders of the customer wait.

    Raises:
        UnknownOrder: There is no such order.
    """
    order = order_store.load(command.order_id).order
    if order.decision or order.has_waited:
        return Outcome(outcome="ADMITTED")
    admitted = permits.waiting_orders(order.placed.customer_id).acquire(command.order_id)
    return Outcome(outcome="ADMITTED" if admitted else "TOO_MANY_WAITING")
