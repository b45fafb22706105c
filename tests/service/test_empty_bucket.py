"""Only the deletion of the stack empties its buckets."""

import json
from collections.abc import Iterator
from typing import Any
from urllib.request import Request

import boto3
import pytest
from moto import mock_aws

import empty_bucket
from kernel import custom_resource

BUCKET = "orders-events"


class Answers:
    """Stands for the response URL of CloudFormation."""

    def __init__(self) -> None:
        self.documents: list[dict[str, Any]] = []

    def __call__(self, request: Request, timeout: float) -> "Answers":
        assert timeout < 60
        assert isinstance(request.data, bytes)
        self.documents.append(json.loads(request.data))
        return self

    def __enter__(self) -> None: ...

    def __exit__(self, *_: object) -> None: ...


@pytest.fixture
def answers(monkeypatch: pytest.MonkeyPatch) -> Iterator[Answers]:
    given = Answers()
    monkeypatch.setattr(custom_resource, "urlopen", given)
    with mock_aws():
        monkeypatch.setattr(empty_bucket, "_s3", lambda: boto3.client("s3", region_name="us-east-1"))
        s3 = empty_bucket._s3()  # noqa: SLF001 (the function's own client)
        s3.create_bucket(Bucket=BUCKET)
        for number in range(3):
            s3.put_object(Bucket=BUCKET, Key=f"events/{number}", Body=b"{}")
        yield given


def objects_left() -> int:
    return int(boto3.client("s3", region_name="us-east-1").list_objects_v2(Bucket=BUCKET)["KeyCount"])


def ask(
    monkeypatch: pytest.MonkeyPatch, request: str, data_policy: str = "Delete", stack: str = "DELETE_IN_PROGRESS"
) -> None:
    monkeypatch.setattr(empty_bucket, "_is_stack_being_deleted", lambda _: stack == "DELETE_IN_PROGRESS")
    event = {
        "RequestType": request,
        "ResponseURL": "https://cloudformation.example/answer",
        "StackId": "arn:stack",
        "RequestId": "1",
        "LogicalResourceId": "EmptiedEventStoreBucket",
        "ResourceProperties": {"BucketName": BUCKET, "DataPolicy": data_policy},
    }
    empty_bucket.handler(event, None)


def test_a_deleted_stack_leaves_an_empty_bucket(answers: Answers, monkeypatch: pytest.MonkeyPatch) -> None:
    ask(monkeypatch, "Delete")

    assert objects_left() == 0
    assert [(answer["Status"], answer["PhysicalResourceId"]) for answer in answers.documents] == [("SUCCESS", BUCKET)]


def test_all_versions_of_a_versioned_bucket_are_deleted(answers: Answers, monkeypatch: pytest.MonkeyPatch) -> None:
    s3 = boto3.client("s3", region_name="us-east-1")
    s3.put_bucket_versioning(Bucket=BUCKET, VersioningConfiguration={"Status": "Enabled"})
    s3.put_object(Bucket=BUCKET, Key="events/0", Body=b"{}")
    s3.delete_object(Bucket=BUCKET, Key="events/1")

    ask(monkeypatch, "Delete")

    left = s3.list_object_versions(Bucket=BUCKET)
    assert (left.get("Versions", []), left.get("DeleteMarkers", [])) == ([], [])


@pytest.mark.parametrize(
    ("request_type", "data_policy", "stack"),
    [
        ("Create", "Delete", "CREATE_IN_PROGRESS"),
        ("Update", "Retain", "UPDATE_IN_PROGRESS"),
        ("Delete", "Retain", "DELETE_IN_PROGRESS"),
        ("Delete", "Delete", "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS"),
    ],
)
def test_data_is_kept_unless_stack_and_data_are_deleted(
    answers: Answers, monkeypatch: pytest.MonkeyPatch, request_type: str, data_policy: str, stack: str
) -> None:
    ask(monkeypatch, request_type, data_policy, stack)

    assert objects_left() == 3
    assert [answer["Status"] for answer in answers.documents] == ["SUCCESS"]


def test_a_failure_is_reported_to_cloudformation(answers: Answers, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_: str) -> None:
        raise RuntimeError("the bucket is not there")

    monkeypatch.setattr(empty_bucket, "_empty", refuse)

    ask(monkeypatch, "Delete")

    assert [(answer["Status"], answer["Reason"]) for answer in answers.documents] == [
        ("FAILED", "the bucket is not there")
    ]
