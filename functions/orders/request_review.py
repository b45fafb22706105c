"""Ask a person to review a large order, once. The run that asks ends; an approval starts the next one."""

import order_store
import permits
from kernel.saga_step import Command, Outcome


class RequestReview(Command):
    pass


def request_review(command: RequestReview) -> Outcome:
    """Put the order into review, or answer with what became of its review.

    Returns:
        The order's decision, if there is one; APPROVED; REQUESTED while nobody has answered.

    Raises:
        UnknownOrder, ConcurrentChange: Step Functions retries.
    """
    order = order_store.append_event(command.order_id, lambda order: order.request_review(command.cause()))
    if order.waits_for_review:
        permits.running_sagas().release(command.order_id)
    return Outcome(outcome=order.decision or ("APPROVED" if order.review_approved else "REQUESTED"))
