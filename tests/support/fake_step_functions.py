"""A fake of Step Functions, and of the queue with which the sweepers request a task for an operator."""

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

import attend_orders
import sweep_orders
import sweep_returns
from kernel import saga_run
from tests.support.saga_run import lambda_context

MACHINE = "arn:aws:states:eu-central-1:123456789012:stateMachine:fulfil-order"
REFUNDS = "arn:aws:states:eu-central-1:123456789012:stateMachine:refund-return"
WAITS = "arn:aws:states:eu-central-1:123456789012:stateMachine:attend-order"

ATTENTION_QUEUE = "attention-queue"


class FakeStepFunctions:
    """A fake of Step Functions. It starts each execution name once: runs of both sagas, and waits for operators."""

    class exceptions:  # noqa: N801 (boto3's name)
        class ExecutionAlreadyExists(ClientError):
            pass

    def __init__(self) -> None:
        self.runs: dict[str, dict[str, Any]] = {}
        self.refunds: dict[str, dict[str, Any]] = {}
        self.waits: dict[str, dict[str, Any]] = {}
        # The status of ended executions, by name. All others are running.
        self.ended: dict[str, str] = {}

    def start_execution(self, **run: Any) -> None:
        started = {MACHINE: self.runs, REFUNDS: self.refunds, WAITS: self.waits}[run["stateMachineArn"]]
        if run["name"] in started:
            error = {"Error": {"Code": "ExecutionAlreadyExists"}}
            raise self.exceptions.ExecutionAlreadyExists(error, "StartExecution")  # type: ignore[arg-type]
        started[run["name"]] = json.loads(run["input"])

    def describe_execution(self, executionArn: str) -> dict[str, str]:  # noqa: N803 (boto3's name)
        _, machine, name = executionArn.rsplit(":", 2)
        assert executionArn == f"{WAITS.replace('stateMachine', 'execution')}:{name}", machine
        return {"status": self.ended.get(name, "RUNNING")}


class AttentionQueue:
    """A fake queue that delivers each message immediately."""

    def send_message(self, QueueUrl: str, MessageBody: str) -> None:  # noqa: N803 (boto3's name)
        assert QueueUrl == ATTENTION_QUEUE
        attributes = {"ApproximateReceiveCount": "1"}
        record = {"messageId": "1", "body": MessageBody, "attributes": attributes, "eventSource": "aws:sqs"}
        response = attend_orders.handler({"Records": [record]}, lambda_context("attend_orders"))
        assert response == {"batchItemFailures": []}


def use_fake_step_functions(monkeypatch: pytest.MonkeyPatch) -> FakeStepFunctions:
    """Replace Step Functions and the attention queue by fakes, and return the fake of Step Functions."""
    step_functions = FakeStepFunctions()
    monkeypatch.setattr(saga_run, "step_functions", lambda: step_functions)
    monkeypatch.setattr(sweep_orders, "_sqs", AttentionQueue)
    monkeypatch.setattr(sweep_returns, "_sqs", AttentionQueue)
    monkeypatch.setenv("ATTENTION_QUEUE_URL", ATTENTION_QUEUE)
    monkeypatch.setenv("ATTEND_ORDER_STATE_MACHINE_ARN", WAITS)
    monkeypatch.setenv("FULFIL_ORDER_STATE_MACHINE_ARN", MACHINE)
    monkeypatch.setenv("REFUND_RETURN_STATE_MACHINE_ARN", REFUNDS)
    return step_functions
