"""Ask for another run of a refund on behalf of an operator. Step of attend_order."""

from kernel.saga_step import Command, Outcome
from order_returns import Operator
from return_store import load, returns


class ResolveReturn(Command):
    """An operator's request.

    Attributes:
        sequence: The sequence of the event that requested attention.
        by_hand: The failed steps that the operator did manually.
    """

    return_id: str
    sequence: int
    by_hand: tuple[str, ...] = ()
    operator_id: str | None = None
    comment: str | None = None


def resolve_return(command: ResolveReturn) -> Outcome:
    """Record ReturnResolved, unless another answer came first. The event starts a new run of refund_return.

    Returns:
        The status of the return.

    Raises:
        ConcurrentChange: Other writers came first at every attempt. Step Functions retries the step.
        UnknownReturn: There is no such return.
    """
    operator, cause = Operator(command.operator_id, command.comment), command.cause()
    state = returns().update(
        load(command.order_id),
        lambda current: current.resolve(command.return_id, command.sequence, operator, command.by_hand, cause),
    )
    return Outcome(outcome=state.get(command.return_id).status)
