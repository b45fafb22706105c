"""An emulator that enforces policies gets permissions that AWS does not need, and no denial of plain HTTP."""

import json
from pathlib import Path
from types import SimpleNamespace

import pytest

from tools.deployment.template import load
from tools.local_cloud import resources
from tools.local_cloud.cloud import ROOT
from tools.local_cloud.emulator_roles import add_emulator_permissions, template_for_plain_http

TEMPLATE = ROOT / "template.yaml"


def test_the_statements_that_deny_plain_http_are_removed_and_all_others_stay(tmp_path: Path) -> None:
    template = tmp_path / "template.yaml"
    template.write_text(TEMPLATE.read_text())

    copy = template_for_plain_http(template)

    assert copy.parent == tmp_path, "paths in the template are relative to it"
    assert "TlsOnly" in template.read_text()
    assert "TlsOnly" not in copy.read_text()
    before, after = load(template), load(copy)
    (statement,) = after["Resources"]["FulfilmentQueuePolicy"]["Properties"]["PolicyDocument"]["Statement"]
    assert statement["Principal"] == {"Service": "sns.amazonaws.com"}
    removed = before["Resources"].keys() - after["Resources"].keys()
    assert removed, "policies without statements are removed"
    assert all(name.endswith("Policy") for name in removed)
    assert before["Resources"]["OrdersTable"] == after["Resources"]["OrdersTable"]


class Iam:
    """A fake of IAM with the inline policies of one role."""

    def __init__(self, **actions: str) -> None:
        self.policies = {
            name: {"Statement": [{"Effect": "Allow", "Action": [action], "Resource": name}]}
            for name, action in actions.items()
        }

    def list_role_policies(self, **_: str) -> dict[str, list[str]]:
        return {"PolicyNames": list(self.policies)}

    def get_role_policy(self, PolicyName: str, **_: str) -> dict[str, object]:  # noqa: N803
        return {"PolicyDocument": self.policies[PolicyName]}

    def put_role_policy(self, PolicyName: str, PolicyDocument: str, **_: str) -> None:  # noqa: N803
        self.policies[PolicyName] = json.loads(PolicyDocument)


def test_a_role_with_several_policies_gets_the_permissions_for_all_of_them(monkeypatch: pytest.MonkeyPatch) -> None:
    iam = Iam(publishing="sns:Publish", mailing="ses:SendEmail", reading="dynamodb:GetItem")
    monkeypatch.setattr(resources, "of_kind", lambda *_: [SimpleNamespace(physical_id="role")])

    for _ in range(2):
        add_emulator_permissions(SimpleNamespace(iam=iam))

    (added,) = (policy for name, policy in iam.policies.items() if name not in ("publishing", "mailing", "reading"))
    assert [(each["Action"], each["Resource"]) for each in added["Statement"]] == [
        (["sns:PublishBatch"], "publishing"),
        (["ses:SendEmail"], "*"),
    ]


def test_a_log_group_is_allowed_without_the_suffix_that_aws_requires(monkeypatch: pytest.MonkeyPatch) -> None:
    iam, group = Iam(), "arn:aws:logs:us-east-1:000000000000:log-group:/group"
    reading = {"Effect": "Allow", "Action": ["logs:FilterLogEvents"], "Resource": [f"{group}:*"]}
    iam.policies["reading"] = {"Statement": [reading]}
    monkeypatch.setattr(resources, "of_kind", lambda *_: [SimpleNamespace(physical_id="role")])

    add_emulator_permissions(SimpleNamespace(iam=iam))

    (added,) = (policy for name, policy in iam.policies.items() if name != "reading")
    assert added["Statement"] == [reading | {"Resource": [group]}]
