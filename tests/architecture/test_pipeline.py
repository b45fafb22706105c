"""The delivery pipeline: what its jobs may do on GitHub, and what its roles may do in AWS."""

import json
import re
from collections.abc import Iterator
from fnmatch import fnmatchcase
from functools import cache
from typing import Any

import pytest
import yaml
from cfnlint.decode import cfn_yaml

from tests.architecture.stack_template import ROOT, expanded
from tests.template import template

WORKFLOWS = sorted((ROOT / ".github/workflows").iterdir())
ROLES = ["DeployRole", "ExecutionRole"]
GITHUB = "token.actions.githubusercontent.com"
# CloudFormation's names for services, where IAM has another.
SERVICES = {
    "ApiGateway": "apigateway",
    "Cognito": "cognito-idp",
    "KinesisFirehose": "firehose",
    "StepFunctions": "states",
}
# What is read or written in the stores; the pipeline has no business there.
CALLS_ON_DATA = [
    "athena:StartQueryExecution",
    "cognito-idp:AdminAddUserToGroup",
    "cognito-idp:AdminCreateUser",
    "cognito-idp:AdminSetUserPassword",
    "dynamodb:GetItem",
    "dynamodb:PutItem",
    "dynamodb:Query",
    "dynamodb:Scan",
    "firehose:PutRecord",
    "logs:GetLogEvents",
    "sns:Publish",
    "sqs:ReceiveMessage",
    "sqs:SendMessage",
    "states:StartExecution",
]


def workflow(path: Any) -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(path.read_text())
    return found


def delivery() -> dict[str, dict[str, Any]]:
    jobs: dict[str, dict[str, Any]] = workflow(ROOT / ".github/workflows/delivery.yml")["jobs"]
    return jobs


@cache
def role(name: str) -> dict[str, Any]:
    found = cfn_yaml.load(str(ROOT / "pipeline/template.yaml"))["Resources"][name]["Properties"]
    return dict(json.loads(json.dumps(found)))


def statements(name: str, effect: str = "Allow") -> Iterator[dict[str, Any]]:
    for policy in role(name)["Policies"]:
        for statement in policy["PolicyDocument"]["Statement"]:
            if statement["Effect"] == effect:
                yield statement


def listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def actions(name: str, effect: str = "Allow") -> set[str]:
    return {action for statement in statements(name, effect) for action in listed(statement["Action"])}


def matches(call: str, patterns: set[str]) -> bool:
    return any(fnmatchcase(call, pattern) for pattern in patterns)


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_each_action_is_pinned_by_a_commit_and_says_which_version_that_is(path: Any) -> None:
    used = re.findall(r"uses:\s*(.*)", path.read_text())

    assert used
    for each in used:
        assert re.fullmatch(r"[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", each), each


def test_an_action_is_the_same_commit_wherever_it_is_used() -> None:
    used = {each for path in WORKFLOWS for each in re.findall(r"uses:\s*(\S+)", path.read_text())}

    assert len(used) == len({each.partition("@")[0] for each in used})


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_a_job_may_read_the_source_and_only_one_that_deploys_gets_a_token_for_aws(path: Any) -> None:
    assert workflow(path)["permissions"] == {}, "what a job does not ask for, it has not"
    for name, job in workflow(path)["jobs"].items():
        token = {"id-token": "write"} if "environment" in job else {}
        assert job["permissions"] == {"contents": "read"} | token, name


def test_no_checkout_leaves_the_repositorys_token_behind() -> None:
    for job in delivery().values():
        checkout = next(step for step in job["steps"] if step.get("uses", "").startswith("actions/checkout@"))
        assert checkout["with"]["persist-credentials"] is False


def test_a_commit_goes_to_production_by_way_of_tests_and_sandbox() -> None:
    jobs = delivery()

    assert jobs["sandbox"]["needs"] == "test"
    assert jobs["production"]["needs"] == "sandbox"
    assert jobs["sandbox"]["if"] == "github.event_name == 'push'", "a pull request deploys nothing"
    runs = {name: [step["run"].split(" ")[:3] for step in job["steps"] if "run" in step] for name, job in jobs.items()}
    assert runs == {
        "test": [[".ci/run"]],
        "sandbox": [["make", "deploy", "ENV=default"], ["make", "smoke", "ENV=default"]],
        "production": [["make", "deploy", "ENV=prod"]],
    }


def test_no_two_deployments_of_an_environment_overlap_and_none_is_cut_off() -> None:
    deploying = {name: job["concurrency"] for name, job in delivery().items() if "environment" in job}

    assert deploying == {
        name: {"group": f"deploy-{name}", "cancel-in-progress": False} for name in ("sandbox", "production")
    }


def test_github_takes_the_role_for_this_repository_and_environment_only() -> None:
    (trust,) = role("DeployRole")["AssumeRolePolicyDocument"]["Statement"]

    assert trust["Action"] == "sts:AssumeRoleWithWebIdentity"
    assert trust["Condition"] == {
        "StringEquals": {
            f"{GITHUB}:aud": "sts.amazonaws.com",
            f"{GITHUB}:sub": {"Fn::Sub": "repo:${Repository}:environment:${GitHubEnvironment}"},
        }
    }


def test_the_role_of_cloudformation_is_taken_by_nobody_else() -> None:
    (trust,) = role("ExecutionRole")["AssumeRolePolicyDocument"]["Statement"]

    assert trust["Principal"] == {"Service": "cloudformation.amazonaws.com"}


def test_the_role_of_github_changes_the_stack_by_the_execution_role_only() -> None:
    (denied,) = statements("DeployRole", "Deny")

    assert denied["Action"] == "cloudformation:CreateChangeSet"
    assert denied["Condition"] == {"ArnNotEquals": {"cloudformation:RoleArn": {"Fn::GetAtt": ["ExecutionRole", "Arn"]}}}
    assert {action.partition(":")[0] for action in actions("DeployRole")} == {
        "cloudformation",
        "cloudfront",
        "iam",
        "s3",
    }


@pytest.mark.parametrize("name", ROLES)
def test_no_role_has_a_policy_of_aws_or_every_right_in_a_service_at_large(name: str) -> None:
    assert "ManagedPolicyArns" not in role(name)
    for statement in statements(name):
        at_large = "*" in listed(statement["Resource"])
        wide = [action for action in listed(statement["Action"]) if action == "*" or action.endswith(":*")]
        assert not (at_large and wide), statement["Sid"]


@pytest.mark.parametrize("call", CALLS_ON_DATA)
def test_the_pipeline_reads_and_writes_no_data(call: str) -> None:
    for name in ROLES:
        assert not matches(call, actions(name)) or matches(call, actions(name, "Deny"))


def test_roles_that_the_application_makes_bear_its_name_and_the_pipelines_own_are_out_of_reach() -> None:
    own = {"Fn::Sub": "arn:${AWS::Partition}:iam::${AWS::AccountId}:role/${AWS::StackName}-*"}
    applications = {"Fn::Sub": "arn:${AWS::Partition}:iam::${AWS::AccountId}:role/${ApplicationStack}-*"}

    for statement in statements("ExecutionRole"):
        if matches("iam:", {action[:4] for action in listed(statement["Action"])}):
            assert statement["Resource"] == applications, statement["Sid"]
    assert any(each["Action"] == "iam:*" and each["Resource"] == own for each in statements("ExecutionRole", "Deny"))


def test_every_service_of_the_template_can_be_deployed() -> None:
    types = {each["Type"] for each in expanded()["Resources"].values()} | {
        each["Type"] for each in template()["Resources"].values() if "Serverless" not in each["Type"]
    }
    names = {kind.split("::")[1] for kind in types if kind.startswith("AWS::")}

    assert {SERVICES.get(name, name.lower()) for name in names} <= {
        action.partition(":")[0] for action in actions("ExecutionRole")
    }


def test_every_policy_of_aws_that_sam_attaches_may_be_attached() -> None:
    (attach,) = (each for each in statements("ExecutionRole") if each["Sid"] == "PoliciesOfSam")
    allowed = {
        each["Fn::Sub"].replace("${AWS::Partition}", "aws") for each in attach["Condition"]["ArnLike"]["iam:PolicyARN"]
    }
    attached = {
        arn.replace("${AWS::Partition}", "aws")
        for parameters in ({}, {"SafeDeployment": "true"})
        for each in expanded(**parameters)["Resources"].values()
        if each["Type"] == "AWS::IAM::Role"
        for value in each["Properties"].get("ManagedPolicyArns", [])
        for arn in [value["Fn::Sub"] if isinstance(value, dict) else value]
    }

    assert attached
    assert [arn for arn in attached if not matches(arn, allowed)] == []


@pytest.mark.parametrize("name", ROLES)
def test_the_policies_fit_into_a_role(name: str) -> None:
    characters = sum(len(json.dumps(each["PolicyDocument"], separators=(",", ":"))) for each in role(name)["Policies"])

    assert characters < 10240, (
        "IAM's limit for all inline policies of a role; ours are longer before Fn::Sub than after"
    )
