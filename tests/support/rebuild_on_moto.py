"""Rebuild the views on moto: a bucket as event store, and a fake of Step Functions."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import boto3

import end_rebuild
import event_replay
import rebuild_run
import replay_object
import view_cleanup
from tests.support.saga_run import lambda_context

Json = dict[str, Any]
MACHINE = "arn:aws:states:eu-central-1:123456789012:stateMachine:shop-rebuild-views"
EXECUTIONS = MACHINE.replace(":stateMachine:", ":execution:")
ATTEMPTS = 4


class FakeStepFunctions:
    """A fake of Step Functions that knows the started executions of rebuild_views."""

    class exceptions:  # noqa: N801 (boto3's name)
        class ExecutionDoesNotExist(Exception):
            pass

    def __init__(self) -> None:
        self.executions: dict[str, Json] = {}
        self.counts = {"total": 0, "succeeded": 0, "failed": 0, "timedOut": 0, "aborted": 0}

    def start_execution(self, *, stateMachineArn: str, name: str, input: str) -> None:  # noqa: A002, N803
        assert (stateMachineArn, input) == (MACHINE, "{}")
        self.executions[f"{EXECUTIONS}:{name}"] = {"status": "RUNNING", "startDate": datetime.now(UTC)}

    def describe_execution(self, *, executionArn: str) -> Json:  # noqa: N803
        if executionArn not in self.executions:
            raise self.exceptions.ExecutionDoesNotExist
        return self.executions[executionArn]

    def list_map_runs(self, *, executionArn: str) -> Json:  # noqa: N803
        assert executionArn in self.executions
        return {"mapRuns": [{"mapRunArn": "map-run"}] if self.counts["total"] else []}

    def describe_map_run(self, *, mapRunArn: str) -> Json:  # noqa: N803
        assert mapRunArn == "map-run"
        return {"itemCounts": self.counts}

    def end(self, rebuild_id: str, status: str) -> None:
        self.executions[f"{EXECUTIONS}:{rebuild_id}"] |= {"status": status, "stopDate": datetime.now(UTC)}


class EventStoreOnMoto:
    """An event store on moto, and the steps of rebuild_views."""

    def __init__(self, set_variable: Callable[[str, str], None]) -> None:
        self.s3 = boto3.client("s3")
        self.bucket = f"store-{uuid4()}"
        self.s3.create_bucket(Bucket=self.bucket, CreateBucketConfiguration={"LocationConstraint": "eu-central-1"})
        self.step_functions = FakeStepFunctions()
        # The next steps that end_rebuild returned before the end, and code to run while the state machine waits.
        self.steps: list[str] = []
        self.while_waiting: Callable[[], None] = lambda: None
        set_variable("EVENT_STORE_BUCKET_NAME", self.bucket)
        set_variable("REBUILD_VIEWS_STATE_MACHINE_ARN", MACHINE)
        for module in (event_replay, end_rebuild, view_cleanup):
            module._s3.cache_clear()  # noqa: SLF001 (the next client belongs to this test's moto)

    def put(self, name: str, body: bytes) -> str:
        self.s3.put_object(Bucket=self.bucket, Key=f"events/{name}", Body=body)
        return f"events/{name}"

    def put_events(self, name: str, *events: Any) -> str:
        return self.put(name, b"".join(json.dumps(event.document()).encode() + b"\n" for event in events))

    def run(self, rebuild_id: str) -> None:
        """Run the steps of the state machine for a started rebuild."""
        counts = self.step_functions.counts
        keys = [entry["Key"] for entry in self.s3.list_objects_v2(Bucket=self.bucket, Prefix="events/")["Contents"]]
        counts["total"] = len(keys)
        for key in keys:
            counts["succeeded" if self._replayed(key) else "failed"] += 1
        while (result := end_rebuild.handler({"rebuild_id": rebuild_id}, lambda_context()))["next"] != "END":
            self.steps.append(result["next"])
            if result["next"] == "WAIT":
                self.while_waiting()
        self.step_functions.end(rebuild_id, "FAILED" if result["failed_objects"] else "SUCCEEDED")

    def _replayed(self, key: str) -> bool:
        for _ in range(ATTEMPTS):
            try:
                replay_object.handler({"Key": key}, lambda_context())
            except Exception:  # noqa: BLE001, S112 (like States.ALL)
                continue
            return True
        return False

    def lines(self, key: str) -> list[Json]:
        body = self.s3.get_object(Bucket=self.bucket, Key=key)["Body"].read()
        return [json.loads(line) for line in body.splitlines()]


def use(store: EventStoreOnMoto, set_attribute: Callable[[Any, str, Any], None]) -> EventStoreOnMoto:
    """Let the functions use this store's fake of Step Functions."""
    set_attribute(rebuild_run, "step_functions", lambda: store.step_functions)
    return store
