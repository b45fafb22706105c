"""Accept or refuse a return, as an operator decided. Step of attend_order."""

from enum import StrEnum

from kernel.saga_step import Command, Outcome
from order_returns import Operator, OrderReturns
from return_store import load, returns


class Answer(StrEnum):
    APPROVE = "approve"
    REJECT = "reject"


class AnswerReturn(Command):
    """The operator's answer.

    Attributes:
        restock: Whether the items of an approved return become available again.
    """

    return_id: str
    decision: Answer
    restock: bool = False
    operator_id: str | None = None
    comment: str | None = None


def answer_return(command: AnswerReturn) -> Outcome:
    """Record the answer, unless the return has one. ReturnAccepted starts the refund.

    Returns:
        The status of the return.

    Raises:
        ConcurrentChange: Other writers came first at every attempt. Step Functions retries the step.
        UnknownReturn: There is no such return.
    """
    operator, cause = Operator(command.operator_id, command.comment), command.cause()

    def answer(state: OrderReturns) -> OrderReturns:
        if command.decision is Answer.APPROVE:
            return state.accept(command.return_id, operator, cause, restock=command.restock)
        return state.refuse(command.return_id, operator, cause)

    state = returns().update(load(command.order_id), answer)
    return Outcome(outcome=state.get(command.return_id).status)
