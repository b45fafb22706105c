"""Append an operator's answer to the event stream of an order: approval or rejection. Step of attend_order."""

from enum import StrEnum

import order_store
from kernel.cloud_event import CloudEvent
from kernel.saga_step import Command, Outcome
from order import Operator, Order
from order_events import DecidedBy


class Answer(StrEnum):
    APPROVE = "approve"
    REJECT = "reject"
    TIMEOUT = "timeout"


class AnswerReview(Command):
    """The answer to a task.

    Attributes:
        kind: The kind of the task. An operator can also reject an order that needs attention.
        sequence: The sequence of the event that opened the task.
    """

    kind: str
    sequence: int
    decision: Answer
    operator_id: str | None = None
    comment: str | None = None


def answer_review(command: AnswerReview) -> Outcome:
    """Append the answer, unless the order is already decided. The event starts a new run of the saga.

    If the order needs attention but was decided in the meantime, it cannot be rejected. Then the answer requests a
    retry instead, and the new run follows the decision.

    Returns:
        The status of the order.

    Raises:
        ConcurrentChange: Other writers came first at every attempt. Step Functions retries the step.
        UnknownOrder: There is no such order.
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
