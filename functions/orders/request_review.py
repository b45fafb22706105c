"""Request the review of a large order. Saga step: this run ends, and an approval starts the next run."""

import order_store
import permits
from kernel.saga_step import Command, Outcome


class RequestReview(Command):
    pass


def request_review(command: RequestReview) -> Outcome:
    """Request a review once, or return the result of the earlier request.

    Returns:
        The decision of the order, if there is one; APPROVED; REQUESTED while the review waits for an answer.

    Raises:
        ConcurrentChange: Other writers came first at every attempt. Step Functions retries the step.
        UnknownOrder: There is no such order.
    """
    order = order_store.append_event(command.order_id, lambda order: order.request_review(command.cause()))
    if order.waits_for_review:
        permits.running_sagas().release(command.order_id)
    return Outcome(outcome=order.decision or ("APPROVED" if order.review_approved else "REQUESTED"))
