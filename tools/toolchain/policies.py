"""Check every IAM policy of the templates with parliament: do actions, resources and conditions match?

parliament reads plain JSON, and does not call AWS. This module therefore expands the templates, replaces references
with example values, and checks each policy twice: with all conditions true, and with all conditions false.
"""

import json
import logging
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from tools.deployment import template
from tools.deployment.sam_transform import transformed
from tools.local_cloud.cloud import REGION
from tools.terminal.console import SafeConsole

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = ("template.yaml", "delivery/governance.yaml", "delivery/pipeline.yaml")
CHECKER = ROOT / ".venv-scan/bin/parliament"
STACK = "shop"
ACCOUNT = "123456789012"
PSEUDO_PARAMETERS = {
    "AWS::AccountId": ACCOUNT,
    "AWS::Partition": "aws",
    "AWS::Region": REGION,
    "AWS::StackId": f"arn:aws:cloudformation:{REGION}:{ACCOUNT}:stack/{STACK}/00000000-0000-0000-0000-000000000000",
    "AWS::StackName": STACK,
    "AWS::URLSuffix": "amazonaws.com",
}
# The ARN of each resource type, without `arn:aws:`. {name} is the physical name.
ARNS = {
    "AWS::CloudTrail::Trail": f"cloudtrail:{REGION}:{ACCOUNT}:trail/{{name}}",
    "AWS::Cognito::UserPool": f"cognito-idp:{REGION}:{ACCOUNT}:userpool/{{name}}",
    "AWS::DynamoDB::Table": f"dynamodb:{REGION}:{ACCOUNT}:table/{{name}}",
    "AWS::Events::Rule": f"events:{REGION}:{ACCOUNT}:rule/{{name}}",
    "AWS::IAM::OIDCProvider": f"iam::{ACCOUNT}:oidc-provider/token.actions.githubusercontent.com",
    "AWS::IAM::Role": f"iam::{ACCOUNT}:role/{{name}}",
    "AWS::KinesisFirehose::DeliveryStream": f"firehose:{REGION}:{ACCOUNT}:deliverystream/{{name}}",
    "AWS::KMS::Key": f"kms:{REGION}:{ACCOUNT}:key/{{name}}",
    "AWS::Lambda::Alias": f"lambda:{REGION}:{ACCOUNT}:function:{{name}}:live",
    "AWS::Lambda::Function": f"lambda:{REGION}:{ACCOUNT}:function:{{name}}",
    "AWS::Logs::LogGroup": f"logs:{REGION}:{ACCOUNT}:log-group:{{name}}:*",
    "AWS::S3::Bucket": "s3:::{name}",
    "AWS::SecretsManager::Secret": f"secretsmanager:{REGION}:{ACCOUNT}:secret:{{name}}-a1b2c3",
    "AWS::SNS::Topic": f"sns:{REGION}:{ACCOUNT}:{{name}}",
    "AWS::SQS::Queue": f"sqs:{REGION}:{ACCOUNT}:{{name}}",
    "AWS::StepFunctions::StateMachine": f"states:{REGION}:{ACCOUNT}:stateMachine:{{name}}",
}
# Types for which `Ref` returns the ARN.
NAMED_BY_ARN = {"AWS::IAM::OIDCProvider", "AWS::Lambda::Alias", "AWS::SNS::Topic", "AWS::StepFunctions::StateMachine"}


# Findings that we accept: for each action the resource format that parliament expects, with the reason.
ACCEPTED_MISMATCHES = {
    # The policy covers executions of a Standard state machine, so it needs no format for Express executions.
    ("states:DescribeExecution", "arn:*:states:*:*:express:*:*:*"),
    # The service reference names no resource, but Step Functions checks the state machine that waits:
    # https://github.com/aws/aws-cdk/pull/8486
    ("states:SendTaskSuccess", "*"),
    # The policy covers the tags of workgroups only. Athena has other taggable resources.
    *(
        (f"athena:{action}", f"arn:*:athena:*:*:{kind}/*")
        for action in ("ListTagsForResource", "TagResource", "UntagResource")
        for kind in ("capacity-reservation", "datacatalog")
    ),
}
ACCEPTED_DETAILS = (
    # AWS owns the transforms: arn:aws:cloudformation:REGION:aws:transform/NAME.
    r"Account expected to be of form like 123456789012",
    # A role that configures a bucket can make it public or let its objects expire: docs/pipeline.md has the limits.
    r"Possible resource policy privilege escalation on .* but does allow s3:Put(BucketPolicy|LifecycleConfiguration)",
)


class Policy(NamedTuple):
    """A policy document.

    Attributes:
        place: Its location in a template, for example `template.yaml/OrdersRole/Policies/0`.
        document: The policy as JSON.
    """

    place: str
    document: dict[str, Any]


def scan() -> int:
    """Check the templates' policies with parliament, and print the findings.

    Returns:
        The exit status: 1 if there are findings, else 0.
    """
    console = SafeConsole(highlight=False, soft_wrap=True)
    # Silence warnings of SAM's transform about features that the templates do not use.
    logging.getLogger("samtranslator").setLevel(logging.ERROR)
    checked = list(dict.fromkeys((policy.place, json.dumps(policy.document)) for policy in policies()))
    with tempfile.TemporaryDirectory() as directory:
        for number, (place, document) in enumerate(checked):
            (Path(directory) / f"{number:04}_{place.replace('/', '_')}.json").write_text(document)
        # Findings below MEDIUM are about `Resource: "*"`, which tests/architecture checks.
        command = [str(CHECKER), "--directory", directory, "--minimum_severity", "MEDIUM", "--json"]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    findings = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
    if done.returncode and not findings:
        raise RuntimeError(f"parliament failed: {done.stderr.strip()}")
    remaining = [finding for finding in findings if not is_accepted(finding["detail"])]
    for finding in remaining:
        console.print(f"{finding['location'].get('filepath')}: {finding['title']}: {finding['detail']}", markup=False)
    console.print(f"parliament: {len(checked)} policies, {len(remaining)} findings")
    return 1 if remaining else 0


def is_accepted(detail: str | list[dict[str, str]]) -> bool:
    """Return whether the finding names only accepted mismatches."""
    if isinstance(detail, str):
        return any(re.fullmatch(pattern, detail) for pattern in ACCEPTED_DETAILS)
    return all((each["action"], each["required_format"]) in ACCEPTED_MISMATCHES for each in detail)


def policies() -> Iterator[Policy]:
    """Yield every policy of the templates, once with all conditions true and once with all conditions false."""
    for name in TEMPLATES:
        for holds in (True, False):
            template = _Expanded(_load(ROOT / name), holds=holds)
            for logical_id, resource in template.resources.items():
                for path, document in _documents(resource["Properties"]):
                    yield Policy("/".join((name, logical_id, *path)), template.resolved(document))


class _Expanded:
    """A template after SAM's transform, which resolves intrinsic functions to example values."""

    def __init__(self, template: dict[str, Any], *, holds: bool) -> None:
        self._holds = holds
        self._parameters = {name: each.get("Default", "example") for name, each in template["Parameters"].items()}
        self.resources: dict[str, dict[str, Any]] = {
            name: each for name, each in template["Resources"].items() if "Properties" in each
        }

    def resolved(self, node: Any) -> Any:  # noqa: PLR0911 (a return for each intrinsic function)
        """Return `node` with example values instead of intrinsic functions, and without AWS::NoValue."""
        match node:
            case {"Ref": name}:
                return self._reference(name)
            case {"Fn::GetAtt": [name, attribute]}:
                return self._attribute(name, attribute)
            case {"Fn::If": [_, then, otherwise]}:
                return self.resolved(then if self._holds else otherwise)
            case {"Fn::Join": [separator, parts]}:
                return separator.join(map(str, self.resolved(parts)))
            case {"Fn::Select": [index, parts]}:
                return self.resolved(parts)[int(index)]
            case {"Fn::Split": [separator, text]}:
                return str(self.resolved(text)).split(separator)
            case {"Fn::Sub": value}:
                text, own = value if isinstance(value, list) else (value, {})
                return self._substituted(text, self.resolved(own))
            case list():
                return [value for value in map(self.resolved, node) if value is not None]
            case dict():
                values = {str(name): self.resolved(value) for name, value in node.items()}
                return {name: value for name, value in values.items() if value is not None}
        return node

    def _substituted(self, text: str, own: dict[str, Any]) -> str:
        def value(match: re.Match[str]) -> str:
            name, _, attribute = match[1].partition(".")
            if match[1] in own:
                return str(own[match[1]])
            return str(self._attribute(name, attribute) if attribute else self._reference(name))

        return re.sub(r"\$\{([\w:.]+)\}", value, text)

    def _reference(self, name: str) -> Any:
        if name == "AWS::NoValue":
            return None
        if name in PSEUDO_PARAMETERS:
            return PSEUDO_PARAMETERS[name]
        if name in self._parameters:
            return self._parameters[name]
        return self._arn(name) if self.resources[name]["Type"] in NAMED_BY_ARN else self._name(name)

    def _attribute(self, name: str, attribute: str) -> str:
        match attribute:
            # A secret's attribute `Id` is its ARN. No other resource here has this attribute.
            case "Arn" | "Id":
                return self._arn(name)
            case "StreamArn":
                # A real stream's label is a time, but parliament would misread its colons as parts of the ARN.
                return f"{self._arn(name)}/stream/2026-01-01"
        return self._name(name)

    def _arn(self, name: str) -> str:
        return f"arn:aws:{ARNS[self.resources[name]['Type']]}".format(name=self._name(name))

    def _name(self, name: str) -> str:
        return f"{STACK}-{name}".lower() if self.resources[name]["Type"] == "AWS::S3::Bucket" else f"{STACK}-{name}"


def _load(path: Path) -> dict[str, Any]:
    document = template.load(path)
    return transformed(document) if "Transform" in document else document


def _documents(node: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], dict[str, Any]]]:
    # Trust policies name no resource, which parliament would report.
    if isinstance(node, dict) and {"Version", "Statement"} <= node.keys() and "AssumeRolePolicyDocument" not in path:
        yield path, node
    elif isinstance(node, dict):
        for name, value in node.items():
            yield from _documents(value, (*path, str(name)))
    elif isinstance(node, list):
        for number, value in enumerate(node):
            yield from _documents(value, (*path, str(number)))


if __name__ == "__main__":
    sys.exit(scan())
