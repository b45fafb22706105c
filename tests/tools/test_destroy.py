"""`make destroy` asks for confirmation, stops executions, empties buckets, and keeps data if DataPolicy is Retain."""

from collections.abc import Iterator
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path

import boto3
import pytest
from moto import mock_aws
from rich.console import Console

from tools.account import destroy, release
from tools.account.environments import Environment
from tools.local_cloud.cloud import LocalCloudError

BUCKETS = {"WebBucket": "ada-web", "EventStoreBucket": "ada-events"}
LOG_GROUPS = {"OrdersApiLogGroup": "ada-orders-api", "CatalogLogGroup": "ada-catalog"}


class Deployed:
    """A stack with two versioned buckets."""

    def __init__(self) -> None:
        self.resources = {"AWS::S3::Bucket": BUCKETS, "AWS::Logs::LogGroup": LOG_GROUPS}
        self.data_policy = "Delete"
        self.deleted = False
        self.screen = StringIO()
        self.environment = Environment("default", "ada-orders", {}, boto3.Session(region_name="eu-central-1"))
        self.s3 = boto3.client("s3", region_name="eu-central-1")
        for bucket in BUCKETS.values():
            self.s3.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": "eu-central-1"})
            self.s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
            for body in (b"old", b"new"):
                self.s3.put_object(Bucket=bucket, Key="a", Body=body)
            self.s3.delete_object(Bucket=bucket, Key="a")

    def destroy(self, answer: str | None = "ada-orders") -> str:
        def ask(_: str) -> str:
            if answer is None:
                raise EOFError
            return answer

        console = Console(file=self.screen, soft_wrap=True)
        destroy.destroy(console, self.environment, ask, Path())
        return self.screen.getvalue()

    def versions(self, bucket: str) -> int:
        listed = self.s3.list_object_versions(Bucket=bucket)
        return len(listed.get("Versions", [])) + len(listed.get("DeleteMarkers", []))


@pytest.fixture
def deployed(monkeypatch: pytest.MonkeyPatch) -> Iterator[Deployed]:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    with mock_aws():
        stack = Deployed()
        monkeypatch.setattr(destroy, "resources", lambda _, resource_type: stack.resources.get(resource_type, {}))
        monkeypatch.setattr(
            release,
            "describe",
            lambda _: {
                "CreationTime": datetime(2026, 11, 20, tzinfo=UTC),
                "Parameters": [{"ParameterKey": "DataPolicy", "ParameterValue": stack.data_policy}],
            },
        )
        monkeypatch.setattr(release, "delete", lambda *_: setattr(stack, "deleted", True))
        yield stack


def test_all_object_versions_are_deleted_before_the_stack(deployed: Deployed) -> None:
    screen = deployed.destroy()

    assert [deployed.versions(bucket) for bucket in BUCKETS.values()] == [0, 0]
    assert deployed.deleted
    assert "All of its data is lost" in screen


@pytest.mark.parametrize("answer", ["yes", pytest.param(None, id="no terminal")])
def test_without_the_right_confirmation_nothing_is_deleted(deployed: Deployed, answer: str | None) -> None:
    with pytest.raises(LocalCloudError, match="Nothing was deleted"):
        deployed.destroy(answer)

    assert [deployed.versions(bucket) for bucket in BUCKETS.values()] == [3, 3]
    assert not deployed.deleted


def test_events_are_kept_if_data_policy_is_retain(deployed: Deployed) -> None:
    deployed.data_policy = "Retain"

    screen = deployed.destroy()

    assert {name: deployed.versions(bucket) for name, bucket in BUCKETS.items()} == {
        "WebBucket": 0,
        "EventStoreBucket": 3,
    }
    assert deployed.deleted
    assert "tables, users, events and queued messages stay" in screen


def test_a_bucket_that_is_already_deleted_is_skipped(deployed: Deployed) -> None:
    deployed.destroy()
    for bucket in BUCKETS.values():
        deployed.s3.delete_bucket(Bucket=bucket)

    deployed.destroy()


def test_a_log_group_that_lambda_created_again_is_deleted(deployed: Deployed) -> None:
    logs = deployed.environment.session.client("logs")
    logs.create_log_group(logGroupName=LOG_GROUPS["OrdersApiLogGroup"])

    deployed.destroy()

    assert logs.describe_log_groups()["logGroups"] == []


def test_executions_that_wait_for_a_person_are_stopped_and_not_started_again(deployed: Deployed) -> None:
    session = deployed.environment.session
    role = session.client("iam").create_role(RoleName="ada", AssumeRolePolicyDocument="{}")["Role"]["Arn"]
    step_functions, functions = session.client("stepfunctions"), session.client("lambda")
    machine = step_functions.create_state_machine(name="ada-attend-order", definition="{}", roleArn=role)
    wait = step_functions.start_execution(stateMachineArn=machine["stateMachineArn"])
    functions.create_function(
        FunctionName="ada-attend-orders",
        Runtime="python3.13",
        Role=role,
        Handler="attend_orders.handler",
        Code={"ZipFile": b""},
    )
    deployed.resources["AWS::StepFunctions::StateMachine"] = {"AttendOrderStateMachine": machine["stateMachineArn"]}
    deployed.resources["AWS::Lambda::Function"] = {"AttendOrdersFunction": "ada-attend-orders"}

    screen = deployed.destroy()

    assert step_functions.describe_execution(executionArn=wait["executionArn"])["status"] == "ABORTED"
    assert functions.get_function_concurrency(FunctionName="ada-attend-orders")["ReservedConcurrentExecutions"] == 0
    assert "Running executions of the state machines stopped: 1" in screen
