"""Adjust IAM policies to the emulator, whose permission checks differ from those of AWS."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from samcli.yamlhelper import yaml_dump, yaml_parse

from tools.local_cloud import resources
from tools.local_cloud.aws import Aws

# The Sid of each statement that denies plain HTTP.
TLS_ONLY = "TlsOnly"
# The policy with the permissions that only the emulator requires.
ADDED_POLICY = "emulator-asks-for"
WITHOUT_RESOURCE = {"ses:SendEmail", "states:DescribeMapRun", "states:SendTaskSuccess"}


def add_emulator_permissions(aws: Aws) -> None:
    """Add the permissions to the roles that the emulator requires for calls that AWS already allows.

    - The emulator checks sns:PublishBatch. AWS has no such action: PublishBatch needs sns:Publish
      (https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsns.html).
    - The emulator checks some calls without a resource, so a statement with a resource does not match: SendEmail (AWS
      checks the sender's identity), DescribeMapRun (the map run) and SendTaskSuccess (the state machine).
    - The emulator checks FilterLogEvents with the ARN of the log group alone. On AWS, a policy needs `:*` after it
      (https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_LogGroup.html).
    """
    for role in resources.of_kind(aws, "AWS::IAM::Role"):
        missing = [added for each in _statements(aws, role.physical_id) for added in _missing_statements(each)]
        if missing:
            aws.iam.put_role_policy(
                RoleName=role.physical_id,
                PolicyName=ADDED_POLICY,
                PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": missing}),
            )


def _statements(aws: Aws, role: str) -> Iterator[dict[str, Any]]:
    """Yield the statements of the role's policies, except those that an earlier deployment added."""
    for policy in aws.iam.list_role_policies(RoleName=role)["PolicyNames"]:
        if policy != ADDED_POLICY:
            yield from aws.iam.get_role_policy(RoleName=role, PolicyName=policy)["PolicyDocument"]["Statement"]


def template_for_plain_http(template: Path) -> Path:
    """Write a copy of the built template without the statements that deny plain HTTP, and return its path.

    The emulator speaks plain HTTP, so these statements would deny every call, even a later change of the policy.
    """
    content = yaml_parse(template.read_text())
    content["Resources"] = dict(_without_empty_policies(_without_tls_only(content["Resources"])))
    copy = template.with_name("template-for-plain-http.yaml")
    copy.write_text(yaml_dump(content))
    return copy


def _without_tls_only(node: Any) -> Any:
    if isinstance(node, Mapping):
        return {name: _without_tls_only(value) for name, value in node.items()}
    if isinstance(node, list):
        return [
            _without_tls_only(each) for each in node if not (isinstance(each, Mapping) and each.get("Sid") == TLS_ONLY)
        ]
    return node


def _without_empty_policies(resources: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for name, each in resources.items():
        if isinstance(each, list):  # Fn::ForEach: an identifier, a collection and the resources
            if repeated := dict(_without_empty_policies(each[2])):
                yield name, [*each[:2], repeated]
        elif not _is_empty_policy(each):
            yield name, each


def _is_empty_policy(resource: Mapping[str, Any]) -> bool:
    document = resource.get("Properties", {}).get("PolicyDocument")
    return isinstance(document, Mapping) and document["Statement"] == []


def _missing_statements(statement: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield the statements that the emulator requires in addition to this one."""
    if "sns:Publish" in statement["Action"]:
        yield {**statement, "Action": ["sns:PublishBatch"]}
    if "logs:FilterLogEvents" in statement["Action"]:
        yield {**statement, "Resource": [arn.removesuffix(":*") for arn in statement["Resource"]]}
    for action in WITHOUT_RESOURCE & set(statement["Action"]):
        yield {"Effect": "Allow", "Action": [action], "Resource": "*"}
