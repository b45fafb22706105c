"""A run of the state machine refund_return: its input and its start."""

import json
from typing import TYPE_CHECKING, Any

import boto3
from pydantic import BaseModel, ConfigDict, Field

from kernel.client_limits import CLIENT_LIMITS
from kernel.init_phase import cached_at_init
from kernel.observability import logger
from kernel.settings import setting
from order_returns import OrderReturns

if TYPE_CHECKING:
    from mypy_boto3_stepfunctions import SFNClient


class RefundRun(BaseModel):
    """A run to start. When a run ends unfinished, the state machine sends the next run of the series.

    Attributes:
        order_id: The order of the return.
        return_id: The return to refund.
        causation_id: The id of the event that leads to the run.
        run_id: The name of the first run of the series.
        run: The number of this run in the series, from 1.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    order_id: str
    return_id: str
    causation_id: str
    run_id: str = Field(max_length=70)
    run: int = Field(default=1, ge=1)

    @property
    def name(self) -> str:
        """The name of the execution. Duplicates of a message start one execution, because its name is unique."""
        return self.run_id if self.run == 1 else f"{self.run_id}-run-{self.run}"


@cached_at_init
def _step_functions() -> "SFNClient":
    return boto3.client("stepfunctions", config=CLIENT_LIMITS)


def start(run: RefundRun, state: OrderReturns) -> None:
    """Start a run, unless an execution with its name exists. Runs of one return can overlap: every step is idempotent.

    Args:
        run: The run to start.
        state: The current returns of the order.

    Raises:
        UnknownReturn: There is no such return.
    """
    try:
        _step_functions().start_execution(
            stateMachineArn=setting("REFUND_RETURN_STATE_MACHINE_ARN"),
            name=run.name,
            input=json.dumps(saga_input(run, state)),
        )
        logger.info("started the run %s", run.name)
    except _step_functions().exceptions.ExecutionAlreadyExists:
        logger.info("the run %s has already been started", run.name)


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
