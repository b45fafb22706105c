"""Request an operator's attention, because steps of a refund kept failing. Step of refund_return."""

from kernel.saga_step import Command, Outcome
from return_store import load, returns


class RequestReturnAttention(Command):
    return_id: str
    failed_steps: tuple[str, ...]


def request_return_attention(command: RequestReturnAttention) -> Outcome:
    """Record ReturnNeedsAttention, unless attention is already requested or the return is settled.

    Returns:
        The status of the return.

    Raises:
        ConcurrentChange: Other writers came first at every attempt. Step Functions retries the step.
        UnknownReturn: There is no such return.
    """
    cause = command.cause()
    state = returns().update(
        load(command.order_id),
        lambda current: current.request_attention(command.return_id, command.failed_steps, cause),
    )
    return Outcome(outcome=state.get(command.return_id).status)
