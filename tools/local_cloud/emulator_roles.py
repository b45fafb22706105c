"""What the emulator asks of a role, and of a resource's policy, that AWS does not."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from samcli.yamlhelper import yaml_dump, yaml_parse

from tools.local_cloud import resources
from tools.local_cloud.aws import Aws

# The Sid of each statement that denies plain HTTP.
TLS_ONLY = "TlsOnly"
ABOUT_NO_RESOURCE = {"ses:SendEmail", "states:DescribeMapRun", "states:SendTaskSuccess"}


def allow_what_the_emulator_asks_for(aws: Aws) -> None:
    """Give the roles what the emulator wants beside what AWS wants, of those calls that they may make.

    - AWS has no action sns:PublishBatch: PublishBatch needs sns:Publish
      (https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsns.html).
    - The emulator takes some calls to be about no resource, and so ignores a statement that names one: SendEmail, which
      is about the sender's identity, DescribeMapRun, about the run, and SendTaskSuccess, about the state machine.
    """
    for role in resources.of_kind(aws, "AWS::IAM::Role"):
        for policy in aws.iam.list_role_policies(RoleName=role.physical_id)["PolicyNames"]:
            document = aws.iam.get_role_policy(RoleName=role.physical_id, PolicyName=policy)["PolicyDocument"]
            more = [asked for each in document["Statement"] for asked in _asked_for(each)]
            if more:
                aws.iam.put_role_policy(
                    RoleName=role.physical_id,
                    PolicyName="emulator-asks-for",
                    PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": more}),
                )


def template_for_plain_http(template: Path) -> Path:
    """Write the built template once more, beside it, without the statements that deny plain HTTP; return its path.

    The emulator speaks plain HTTP, and would refuse every call. It would also refuse to change such a policy later.
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


def _asked_for(statement: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield what the emulator wants beside this statement."""
    if "sns:Publish" in statement["Action"]:
        yield {**statement, "Action": ["sns:PublishBatch"]}
    for action in ABOUT_NO_RESOURCE & set(statement["Action"]):
        yield {"Effect": "Allow", "Action": [action], "Resource": "*"}
