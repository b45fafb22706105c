"""Let an order wait until its customer confirms the payment. Saga step: the run ends, and a webhook starts the next."""

import order_store
import permits
from kernel.saga_step import Command, Outcome


class AwaitPayment(Command):
    pass


def await_payment(command: AwaitPayment) -> Outcome:
    """Acquire a permit to wait, and record that the order awaits its payment. SettleOrder releases the permit.

    An order that is decided or needs attention does not wait, so it keeps no permit, unless it has waited before.

    Returns:
        AWAITING; the decision of the order, if there is one; TOO_MANY_WAITING if MAX_WAITING_ORDERS other orders of the
        customer wait.

    Raises:
        ConcurrentChange: Other writers came first at every attempt. Step Functions retries the step.
        UnknownOrder: There is no such order.
    """
    waiting = permits.waiting_orders(order_store.load(command.order_id).order.placed.customer_id)
    if not waiting.acquire(command.order_id):
        return Outcome(outcome="TOO_MANY_WAITING")
    order = order_store.append_event(command.order_id, lambda order: order.await_payment(command.cause()))
    if order.decision or not order.has_waited:
        # Nothing else releases this permit: the order may be settled already, or it needs attention and does not wait.
        waiting.release(command.order_id)
    if order.decision:
        return Outcome(outcome=order.decision)
    permits.running_sagas().release(command.order_id)
    return Outcome(outcome="AWAITING")
