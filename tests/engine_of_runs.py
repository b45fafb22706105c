"""A stand-in for Step Functions: it notes the runs that are started, for a test to look at and to run."""

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

import fulfilment_run

MACHINE = "arn:aws:states:eu-central-1:123456789012:stateMachine:fulfil-order"


class StepFunctions:
    """Starts each name once."""

    class exceptions:  # noqa: N801 (as boto3 has it)
        class ExecutionAlreadyExists(ClientError):
            pass

    def __init__(self) -> None:
        self.runs: dict[str, dict[str, Any]] = {}

    def start_execution(self, **run: Any) -> None:
        assert run.pop("stateMachineArn") == MACHINE
        if run["name"] in self.runs:
            error = {"Error": {"Code": "ExecutionAlreadyExists"}}
            raise self.exceptions.ExecutionAlreadyExists(error, "StartExecution")  # type: ignore[arg-type]
        self.runs[run["name"]] = json.loads(run["input"])


def engine_of_runs(monkeypatch: pytest.MonkeyPatch) -> StepFunctions:
    engine = StepFunctions()
    monkeypatch.setattr(fulfilment_run, "_step_functions", lambda: engine)
    monkeypatch.setenv("FULFIL_ORDER_STATE_MACHINE_ARN", MACHINE)
    return engine
