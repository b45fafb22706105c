"""Complete a return. Last step of refund_return."""

from kernel.observability import measure_since
from kernel.saga_step import Command, Outcome
from order_returns import OrderReturns
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
    if state.events[-1].time == cause.at:
        _measure(state, command.return_id)
    return Outcome(outcome=state.get(command.return_id).status)


def _measure(state: OrderReturns, return_id: str) -> None:
    """Record the time since the acceptance, unless the refund waited for an operator in between."""
    *_, before, _ = (event for event in state.events if event.data["return_id"] == return_id)
    if before.type == "ReturnAccepted":
        measure_since("TimeToRefund", before.time)
