"""Complete a return. Last step of refund_return."""

from kernel.observability import measure_since
from kernel.saga_step import Command, Outcome
from return_store import load, returns


class CompleteReturn(Command):
    return_id: str


def complete_return(command: CompleteReturn) -> Outcome:
    """Record that the money is refunded, and that the items are restocked if the operator asked for it.

    Returns:
        The status of the return.

    Raises:
        ConcurrentChange: Other writers came first at every attempt. Step Functions retries the step.
        UnknownReturn: There is no such return.
    """
    cause = command.cause()
    state = returns().update(load(command.order_id), lambda current: current.complete(command.return_id, cause))
    completed = state.get(command.return_id)
    if state.events[-1].time == cause.at:
        measure_since("TimeToRefund", completed.requested_at)
    return Outcome(outcome=completed.status)
