"""Put a person's answer into the order's stream: it goes on, or it is rejected. Called by attend_order."""

from enum import StrEnum

import order_store
from kernel.cloud_event import CloudEvent
from kernel.saga_step import Command, Outcome
from order import DecidedBy, Operator, Order


class Answer(StrEnum):
    APPROVE = "approve"
    REJECT = "reject"
    TIMEOUT = "timeout"


class AnswerReview(Command):
    """`kind` is that of the task: a rejection may also answer an order that needed attention.

    `sequence` is that of the event that asked for a person.
    """

    kind: str
    sequence: int
    decision: Answer
    operator_id: str | None = None
    comment: str | None = None


def answer_review(command: AnswerReview) -> Outcome:
    """Append what was decided, unless the order is decided already. The event starts the saga again.

    An order that needs attention, and was decided meanwhile, cannot be rejected: its saga runs again, where the
    decision leads. Otherwise nobody would have answered what it needs.

    Returns:
        The order's status.

    Raises:
        UnknownOrder, ConcurrentChange: Step Functions retries.
    """
    order = order_store.append_event(command.order_id, lambda order: _answer(order, command))
    return Outcome(outcome=order.status)


def _answer(order: Order, command: AnswerReview) -> CloudEvent | None:
    operator, cause = Operator(command.operator_id, command.comment), command.cause()
    match command.decision:
        case Answer.APPROVE:
            return order.approve_review(operator, cause)
        case Answer.TIMEOUT:
            return order.reject("REVIEW_TIMED_OUT", DecidedBy.TIMEOUT, cause)
        case Answer.REJECT if command.kind == "review":
            return order.reject("REVIEW_REJECTED", DecidedBy.OPERATOR, cause, operator)
        case Answer.REJECT:
            rejected = order.reject("REJECTED_BY_OPERATOR", DecidedBy.OPERATOR, cause, operator)
            return rejected or order.request_retry(command.sequence, operator, (), cause)
