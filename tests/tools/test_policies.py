"""`make scan` checks every policy of the templates with parliament, and reports the findings."""

import json
from pathlib import Path

import pytest

from tools.toolchain import policies

FOUND = {"title": "No resources match", "location": {"filepath": "a.json"}}


@pytest.fixture(scope="module")
def documents() -> dict[str, str]:
    return {policy.place: json.dumps(policy.document) for policy in policies.policies()}


def checker(folder: Path, *details: object) -> Path:
    """Return a fake parliament that reports findings with these details."""
    lines = "\n".join(json.dumps(FOUND | {"detail": detail}) for detail in details)
    (folder / "lines").write_text(lines)
    program = folder / "parliament"
    program.write_text(f"#!/bin/sh\ncat {folder}/lines\ntest ! -s {folder}/lines\n")
    program.chmod(0o700)
    return program


def test_every_policy_is_checked_also_those_of_sam_and_of_resources(documents: dict[str, str]) -> None:
    assert "template.yaml/OrdersApiFunctionRole/Policies/0/PolicyDocument" in documents
    assert "template.yaml/FulfilmentQueuePolicy/PolicyDocument" in documents
    assert "template.yaml/DataKey/KeyPolicy" in documents
    assert "delivery/governance.yaml/AuditBucketPolicy/PolicyDocument" in documents
    assert "delivery/pipeline.yaml/ExecutionRoleStores/PolicyDocument" in documents
    assert not any("AssumeRolePolicyDocument" in place for place in documents)


def test_no_intrinsic_function_is_left_in_a_policy(documents: dict[str, str]) -> None:
    for place, document in documents.items():
        assert not any(word in document for word in ('"Fn::', '"Ref"', "${", "null")), place


def test_references_become_realistic_values(documents: dict[str, str]) -> None:
    assert (
        "arn:aws:dynamodb:us-east-1:123456789012:table/shop-OrdersTable"
        in documents["template.yaml/OrdersApiFunctionRole/Policies/0/PolicyDocument"]
    )
    assert (
        '"arn:aws:s3:::shop-eventstorebucket/events/*"'
        in documents["template.yaml/ReplayObjectFunctionRole/Policies/0/PolicyDocument"]
    )
    assert (
        "arn:aws:glue:us-east-1:123456789012:database/serverless_orders"
        in documents["delivery/pipeline.yaml/ExecutionRoleStores/PolicyDocument"]
    )


def test_a_finding_fails_the_scan(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    found = [{"action": "sns:Unsubscribe", "required_format": "*"}]
    monkeypatch.setattr(policies, "CHECKER", checker(tmp_path, found))

    assert policies.scan() == 1
    assert "sns:Unsubscribe" in capsys.readouterr().out


def test_an_accepted_finding_does_not_fail_the_scan(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    known = [{"action": "states:SendTaskSuccess", "required_format": "*"}]
    monkeypatch.setattr(
        policies, "CHECKER", checker(tmp_path, known, "Account expected to be of form like 123456789012")
    )

    assert policies.scan() == 0


def test_a_finding_with_an_unknown_mismatch_is_not_accepted() -> None:
    known = {"action": "states:SendTaskSuccess", "required_format": "*"}

    assert not policies.is_accepted([known, {"action": "states:SendTaskFailure", "required_format": "*"}])


def test_a_checker_that_crashes_fails_the_scan(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    program = tmp_path / "parliament"
    program.write_text("#!/bin/sh\necho 'No module named pkg_resources' >&2\nexit 1\n")
    program.chmod(0o700)
    monkeypatch.setattr(policies, "CHECKER", program)

    with pytest.raises(RuntimeError, match="pkg_resources"):
        policies.scan()
