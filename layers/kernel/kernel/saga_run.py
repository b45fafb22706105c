"""Executions of state machines, and the runs of a saga. The services add the input of their state machines."""

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import boto3
from pydantic import BaseModel, ConfigDict, Field

from kernel.client_limits import CLIENT_LIMITS
from kernel.init_phase import cached_at_init
from kernel.observability import logger

if TYPE_CHECKING:
    from mypy_boto3_stepfunctions import SFNClient


class SagaRun(BaseModel):
    """A run to start. When a run ends unfinished, the state machine sends the next run of the series.

    Attributes:
        order_id: The order that the run works on.
        causation_id: The id of the event that leads to the run.
        run_id: The name of the first run of the series.
        run: The number of this run in the series, from 1.
    """

    # During a canary, a newer version may have written a member that this one does not know.
    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)

    order_id: str
    causation_id: str
    run_id: str = Field(max_length=70)
    run: int = Field(default=1, ge=1)

    @property
    def name(self) -> str:
        """The name of the execution. A Standard workflow starts once under a name; an Express workflow can repeat."""
        return self.run_id if self.run == 1 else f"{self.run_id}-run-{self.run}"


@cached_at_init
def step_functions() -> "SFNClient":
    """Return the client of Step Functions."""
    return boto3.client("stepfunctions", config=CLIENT_LIMITS)


def start_execution(state_machine_arn: str, name: str, execution_input: Mapping[str, Any]) -> bool:
    """Start an execution, unless a Standard workflow has or had one with its name. An Express workflow can repeat.

    Args:
        state_machine_arn: The state machine.
        name: The name of the execution. Step Functions reserves the names of ended executions for 90 days:
            https://docs.aws.amazon.com/step-functions/latest/apireference/API_StartExecution.html
        execution_input: The input of the state machine.

    Returns:
        Whether the execution is started: by this call, or by an earlier one with the same input if it is still running.
    """
    try:
        step_functions().start_execution(
            stateMachineArn=state_machine_arn, name=name, input=json.dumps(execution_input)
        )
    except step_functions().exceptions.ExecutionAlreadyExists:
        logger.info("the execution %s has already been started", name)
        return False
    logger.info("started the execution %s", name)
    return True
