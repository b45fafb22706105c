"""Play the operators in tests, with a fake of Step Functions that records waits and decisions."""

import json
from importlib import import_module
from typing import Any

from botocore.exceptions import ClientError

from kernel.cloud_event import CloudEvent
from tests.support.saga_run import TOKEN, Wait, lambda_context, run_wait
from tests.support.shop_on_moto import Response, ShopOnMoto


class FakeStepFunctions:
    """A fake of Step Functions. It starts each execution name once, and rejects the tokens in `unknown_tokens`."""

    class exceptions:  # noqa: N801 (boto3's name)
        class ExecutionAlreadyExists(ClientError):
            pass

    def __init__(self) -> None:
        self.started: dict[str, dict[str, Any]] = {}
        self.outputs: dict[str, dict[str, Any]] = {}
        self.unknown_tokens: set[str] = set()

    def start_execution(self, **run: Any) -> None:
        if run["name"] in self.started:
            raise self.exceptions.ExecutionAlreadyExists(
                {"Error": {"Code": "ExecutionAlreadyExists"}}, "StartExecution"
            )
        self.started[run["name"]] = json.loads(run["input"])

    def describe_execution(self, *, executionArn: str) -> dict[str, str]:  # noqa: N803 (boto3's name)
        return {"status": "RUNNING" if executionArn.rpartition(":")[2] in self.started else "SUCCEEDED"}

    def send_task_success(self, *, taskToken: str, output: str) -> None:  # noqa: N803 (boto3's name)
        if taskToken in self.unknown_tokens:
            raise ClientError({"Error": {"Code": "TaskDoesNotExist", "Message": ""}}, "SendTaskSuccess")
        self.outputs[taskToken] = json.loads(output)


class Operators:
    """The operations service of a shop: it consumes events, and operators complete tasks."""

    def __init__(self, shop: ShopOnMoto, step_functions: FakeStepFunctions) -> None:
        self.shop = shop
        self.step_functions = step_functions
        self.operator = shop.operator()

    def consume(self, module: str, *bodies: Any) -> dict[str, Any]:
        """Deliver messages to a consumer, in one batch."""
        records = [
            {
                "messageId": str(number),
                "body": json.dumps(body.document() if isinstance(body, CloudEvent) else body),
                "attributes": {"ApproximateReceiveCount": "1"},
                "eventSource": "aws:sqs",
            }
            for number, body in enumerate(bodies)
        ]
        return dict(import_module(module).handler({"Records": records}, lambda_context()))

    def events(self, order_id: str) -> list[CloudEvent]:
        return list(import_module("order_store").load(order_id).order.events)

    def return_events(self, order_id: str) -> list[CloudEvent]:
        return list(import_module("return_store").load(order_id).events)

    def open_task_for(self, order_id: str, token: str = TOKEN) -> str:
        """Deliver the order's last event, open the task that it requests, and return the task's id."""
        return self.open_task_of(self.events(order_id)[-1], token)

    def open_return_task_for(self, order_id: str, token: str = TOKEN) -> str:
        """Deliver the last event of the order's returns, open the task that it requests, and return the task's id."""
        return self.open_task_of(self.return_events(order_id)[-1], token)

    def open_task_of(self, event: CloudEvent, token: str = TOKEN) -> str:
        """Deliver the event, open the task that it requests, and return the task's id."""
        assert self.consume("attend_orders", event) == {"batchItemFailures": []}
        task_id = f"{event.subject}-{event.source}-{event.sequence}"
        self.open(task_id, token)
        return task_id

    def open(self, task_id: str, token: str = TOKEN) -> None:
        """Deliver the request to open the task, as the waiting execution sends it."""
        request = self.step_functions.started[task_id] | {"token": token}
        assert self.consume("open_task", request) == {"batchItemFailures": []}

    def tasks(self) -> list[dict[str, Any]]:
        response = self.shop.call("GET", "/tasks", query={"status": "open"}, claims=self.operator)
        assert response.status == 200
        return list(response.document["tasks"])

    def decide(
        self, task_id: str, decision: str, comment: str | None = None, *, restock: bool | None = None, **options: Any
    ) -> Response:
        members = {"decision": decision, "comment": comment, "restock": restock}
        body = {name: value for name, value in members.items() if value is not None}
        claims = options.pop("claims", self.operator)
        return self.shop.call("POST", f"/tasks/{task_id}/decision", body, claims=claims, **options)

    def carry_out(self, task_id: str, token: str = TOKEN) -> list[str]:
        """Run the wait for the task with the operator's decision, and return its states."""
        return self.wait(task_id, lambda _: self.step_functions.outputs[token])

    def wait(self, task_id: str, wait: Wait) -> list[str]:
        return run_wait(self.step_functions.started[task_id], wait)
