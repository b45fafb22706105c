"""A stand-in for Step Functions: it notes the runs and waits that are started, for a test to look at and to run."""

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

import fulfilment_run
import person_wait

MACHINE = "arn:aws:states:eu-central-1:123456789012:stateMachine:fulfil-order"
WAITS = "arn:aws:states:eu-central-1:123456789012:stateMachine:attend-order"


class StepFunctions:
    """Starts each name once: runs of the saga, and waits for people."""

    class exceptions:  # noqa: N801 (as boto3 has it)
        class ExecutionAlreadyExists(ClientError):
            pass

    def __init__(self) -> None:
        self.runs: dict[str, dict[str, Any]] = {}
        self.waits: dict[str, dict[str, Any]] = {}
        # How executions ended; those that are not here are running.
        self.ended: dict[str, str] = {}

    def start_execution(self, **run: Any) -> None:
        started = {MACHINE: self.runs, WAITS: self.waits}[run["stateMachineArn"]]
        if run["name"] in started:
            error = {"Error": {"Code": "ExecutionAlreadyExists"}}
            raise self.exceptions.ExecutionAlreadyExists(error, "StartExecution")  # type: ignore[arg-type]
        started[run["name"]] = json.loads(run["input"])

    def describe_execution(self, executionArn: str) -> dict[str, str]:  # noqa: N803 (as boto3 has it)
        _, machine, name = executionArn.rsplit(":", 2)
        assert executionArn == f"{WAITS.replace('stateMachine', 'execution')}:{name}", machine
        return {"status": self.ended.get(name, "RUNNING")}


def engine_of_runs(monkeypatch: pytest.MonkeyPatch) -> StepFunctions:
    engine = StepFunctions()
    monkeypatch.setattr(fulfilment_run, "_step_functions", lambda: engine)
    monkeypatch.setattr(person_wait, "_step_functions", lambda: engine)
    monkeypatch.setenv("ATTEND_ORDER_STATE_MACHINE_ARN", WAITS)
    monkeypatch.setenv("FULFIL_ORDER_STATE_MACHINE_ARN", MACHINE)
    return engine
