"""A run of the state machine refund_return: its input and its start."""

from typing import Any

from kernel.saga_run import SagaRun, start_execution
from kernel.settings import setting
from order_returns import OrderReturns


class RefundRun(SagaRun):
    """A run that refunds the return `return_id`."""

    return_id: str


def start(run: RefundRun, state: OrderReturns) -> None:
    """Start a run with the current returns of its order. Runs can overlap: every step is idempotent.

    Raises:
        UnknownReturn: There is no such return.
    """
    start_execution(setting("REFUND_RETURN_STATE_MACHINE_ARN"), run.name, saga_input(run, state))


def saga_input(run: RefundRun, state: OrderReturns) -> dict[str, Any]:
    """Return the input of the state machine: the run, the refund, and the items to restock.

    Raises:
        UnknownReturn: There is no such return.
    """
    accepted = state.get(run.return_id)
    return {
        **run.model_dump(),
        "amount": {"amount": accepted.refund_amount, "currency": state.purchase.currency},
        "items": [{"sku": line.sku, "quantity": line.quantity} for line in accepted.items],
        "restock": accepted.restock,
    }
