"""The delivery pipeline: the permissions of its jobs on GitHub and of its roles in AWS."""

import json
import re
from collections.abc import Iterable, Iterator
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path
from typing import Any

import cfnlint
import pytest
import yaml
from cfnlint.decode import cfn_yaml

from tests.architecture.stack_template import ROOT, expanded, resource
from tests.support.template import template

WORKFLOWS = sorted((ROOT / ".github/workflows").iterdir())
ROLES = ["DeployRole", "ExecutionRole"]
GITHUB = "token.actions.githubusercontent.com"
# Services whose name in CloudFormation differs from their IAM prefix.
SERVICES = {
    "ApiGateway": "apigateway",
    "ApiGatewayV2": "apigateway",
    "Cognito": "cognito-idp",
    "KinesisFirehose": "firehose",
    "StepFunctions": "states",
}
# Actions that read or write data. The pipeline must not have them.
# Actions in CloudFormation's schemas for features that this stack does not use. List handlers serve imports only.
NOT_NEEDED = [
    # Actions that list resources of the whole account.
    "athena:ListWorkGroups",
    "cloudfront:ListCachePolicies",
    "cloudfront:ListDistributions",
    "cloudfront:ListFunctions",
    "cloudfront:ListResponseHeadersPolicies",
    "dynamodb:ListTables",
    "events:ListRules",
    "firehose:ListDeliveryStreams",
    "glue:GetDatabases",
    "glue:GetTables",
    "iam:ListRoles",
    "kms:ListAliases",
    "kms:ListKeys",
    "lambda:ListFunctions",
    "lambda:ListLayerVersions",
    "s3:ListAllMyBuckets",
    "secretsmanager:ListSecrets",
    "sqs:ListQueues",
    "states:ListStateMachines",
    "wafv2:listWebACLs",
    # Features that this application's resources do not use: replicas, networks, table exports, code signing, Lake
    # Formation, distribution tenants, resource policies on tables, APIs and log groups, and others.
    "apigateway:UpdateRestApiPolicy",
    # IAM has no such actions: tags are set by PUT.
    "apigateway:*agResource",
    "cloudfront:*ConnectionGroup",
    "cloudfront:CreateDistributionWithTags",
    "cloudfront:GetVpcOrigin",
    "cloudfront:UpdateDistributionWithStagingConfig",
    "codedeploy:RegisterOnPremisesInstance",
    "cognito-idp:AddCustomAttributes",
    "cognito-idp:ListUserPoolClientSecrets",
    "dynamodb:*KinesisStreamingDestination",
    "dynamodb:*TableReplica",
    "dynamodb:DeleteResourcePolicy",
    "dynamodb:DescribeImport",
    "dynamodb:ImportTable",
    "dynamodb:PutResourcePolicy",
    "dynamodb:UpdateContributorInsights",
    "ec2:*",
    "elasticfilesystem:*",
    "glue:*Connection",
    "glue:GetSchemaVersion",
    "iam:*PermissionsBoundary",
    "iam:CreateServiceLinkedRole",
    "iam:UpdateRoleDescription",
    "kinesis:*",
    "lakeformation:*",
    "lambda:GetCodeSigningConfig",
    "lambda:PassCapacityProvider",
    "lambda:PutFunctionCodeSigningConfig",
    "lambda:PutFunctionScalingConfig",
    "logs:*KmsKey",
    "logs:DeleteDataProtectionPolicy",
    "logs:DeleteIndexPolicy",
    "logs:DeleteResourcePolicy",
    "logs:PutBearerTokenAuthentication",
    "logs:PutDataProtectionPolicy",
    "logs:PutIndexPolicy",
    "logs:PutLogGroupDeletionProtection",
    "payments:GetConnectedAccount",
    "secretsmanager:GetRandomPassword",
    "secretsmanager:GetSecretValue",
    "secretsmanager:RemoveRegionsFromReplication",
    "secretsmanager:ReplicateSecretToRegions",
    "s3:*MetadataTableConfiguration",
    "s3:UpdateBucketMetadata*",
    "s3:DeleteBucketAnalyticsConfiguration",
    "s3:DeleteBucketCors",
    "s3:DeleteBucketEncryption",
    "s3:DeleteBucketLifecycle",
    "s3:DeleteBucketMetricsConfiguration",
    "s3:DeleteBucketReplication",
    "s3:DeleteBucketWebsite",
    "s3:PutAccelerateConfiguration",
    "s3:PutAnalyticsConfiguration",
    "s3:PutBucketAbac",
    "s3:PutBucketAcl",
    "s3:PutBucketCORS",
    "s3:PutBucketLogging",
    "s3:PutBucketNotification",
    "s3:PutBucketReplication",
    "s3:PutBucketWebsite",
    "s3:PutIntelligentTieringConfiguration",
    "s3:PutInventoryConfiguration",
    "s3:PutMetricsConfiguration",
    "s3:PutObjectLockConfiguration",
    "s3:PutReplicationConfiguration",
    "s3files:*",
    "s3tables:*",
    "sns:PutDataProtectionPolicy",
    "wafv2:*PermissionPolicy",
    # The web ACL protects a REST API only.
    "amplify:*",
    "apprunner:*",
    "appsync:*",
    "bedrock-agentcore:*",
    "cognito-idp:*WebACL",
    "cognito-idp:GetWebACLForResource",
    "elasticloadbalancing:*",
    # Data actions: CloudFormation does not fill a table, empty a bucket or run a query.
    "dynamodb:BatchWriteItem",
    "dynamodb:DeleteItem",
    "dynamodb:GetItem",
    "dynamodb:PutItem",
    "dynamodb:Query",
    "dynamodb:Scan",
    "dynamodb:UpdateItem",
    "logs:PutLogEvents",
    "s3:*MultipartUpload*",
    "s3:DeleteObject",
    "s3:GetObjectMetadata",
    "s3:getObject",
    "s3:PutObject",
    "s3:PutObjectAcl",
    "s3:REST.PUT.OBJECT",
]
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
    "secretsmanager:GetSecretValue",
    "secretsmanager:PutSecretValue",
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
def pipeline() -> dict[str, Any]:
    return dict(json.loads(json.dumps(cfn_yaml.load(str(ROOT / "delivery/pipeline.yaml")))))


def role(name: str) -> dict[str, Any]:
    properties: dict[str, Any] = pipeline()["Resources"][name]["Properties"]
    return properties


def managed_policies(of_role: str) -> list[dict[str, Any]]:
    """Return the managed policies that are attached to a role."""
    return [
        each["Properties"]["PolicyDocument"]
        for each in pipeline()["Resources"].values()
        if each["Type"] == "AWS::IAM::ManagedPolicy" and {"Ref": of_role} in each["Properties"]["Roles"]
    ]


def statements(name: str, effect: str = "Allow") -> Iterator[dict[str, Any]]:
    inline = [policy["PolicyDocument"] for policy in role(name)["Policies"]]
    for document in [*inline, *managed_policies(name)]:
        for statement in document["Statement"]:
            if statement["Effect"] == effect:
                yield statement


def listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def actions(name: str, effect: str = "Allow") -> set[str]:
    return {action for statement in statements(name, effect) for action in listed(statement["Action"])}


def matches(call: str, patterns: Iterable[str]) -> bool:
    return any(fnmatchcase(call, pattern) for pattern in patterns)


@cache
def deployed_types() -> set[str]:
    """Return all resource types of the application, under any parameters."""
    types = {each["Type"] for each in expanded(SafeDeployment="true")["Resources"].values()}
    return types | {each["Type"] for each in template()["Resources"].values() if "Serverless" not in each["Type"]}


@cache
def schemas() -> dict[str, list[dict[str, Any]]]:
    """Return CloudFormation's resource schemas (part of cfn-lint) that list their handlers' calls, by type."""
    found: dict[str, list[dict[str, Any]]] = {}
    for path in (Path(cfnlint.__file__).parent / "data/schemas/resources").glob("*.json"):
        schema = json.loads(path.read_text())
        if "handlers" in schema:
            found.setdefault(schema["typeName"], []).append(schema)
    return found


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_each_action_is_pinned_by_a_commit_and_says_which_version_that_is(path: Any) -> None:
    used = re.findall(r"uses:\s*(.*)", path.read_text())

    assert used
    for each in used:
        assert re.fullmatch(r"[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", each), each


def test_all_uses_of_an_action_have_the_same_commit() -> None:
    used = {each for path in WORKFLOWS for each in re.findall(r"uses:\s*(\S+)", path.read_text())}

    assert len(used) == len({each.partition("@")[0] for each in used})


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_only_deployment_jobs_get_a_token_for_aws(path: Any) -> None:
    assert workflow(path)["permissions"] == {}, "what a job does not ask for, it has not"
    for name, job in workflow(path)["jobs"].items():
        token = {"id-token": "write"} if "environment" in job else {}
        assert job["permissions"] == {"contents": "read"} | token, name


def test_no_checkout_persists_the_repositorys_token() -> None:
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


def test_deployments_of_an_environment_do_not_overlap_and_are_not_cancelled() -> None:
    deploying = {name: job["concurrency"] for name, job in delivery().items() if "environment" in job}

    assert deploying == {
        name: {"group": f"deploy-{name}", "cancel-in-progress": False} for name in ("sandbox", "production")
    }


def test_github_assumes_the_role_only_for_this_repository_and_environment() -> None:
    (trust,) = role("DeployRole")["AssumeRolePolicyDocument"]["Statement"]

    assert trust["Action"] == "sts:AssumeRoleWithWebIdentity"
    assert trust["Condition"] == {
        "StringEquals": {
            f"{GITHUB}:aud": "sts.amazonaws.com",
            f"{GITHUB}:sub": {"Fn::Sub": "repo:${Repository}:environment:${GitHubEnvironment}"},
        }
    }


def test_only_cloudformation_may_assume_its_role() -> None:
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


def test_the_application_can_create_only_roles_with_its_name() -> None:
    own = [{"Fn::GetAtt": ["DeployRole", "Arn"]}, {"Fn::GetAtt": ["ExecutionRole", "Arn"]}]
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
    (attach,) = (each for each in statements("ExecutionRole") if each["Sid"] == "SamPolicies")
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


@pytest.mark.parametrize("kind", sorted(deployed_types() & schemas().keys()))
def test_every_call_that_cloudformation_names_for_a_resource_may_be_made(kind: str) -> None:
    named = {
        call for schema in schemas()[kind] for handler in schema["handlers"].values() for call in handler["permissions"]
    }
    allowed = actions("ExecutionRole")

    missing = {call for call in named if not matches(call, allowed)}
    assert {call for call in missing if not matches(call, NOT_NEEDED)} == set()


def test_calls_that_are_listed_as_not_needed_are_not_allowed() -> None:
    named = {
        call
        for kind in deployed_types() & schemas().keys()
        for schema in schemas()[kind]
        for handler in schema["handlers"].values()
        for call in handler["permissions"]
    }

    assert [pattern for pattern in NOT_NEEDED if not any(fnmatchcase(call, pattern) for call in named)] == []


# Each action, and whether IAM supports resource-level permissions for it.
@pytest.mark.parametrize(
    ("call", "takes_a_resource"),
    [
        ("sns:Unsubscribe", False),
        ("sns:GetSubscriptionAttributes", False),
        ("sns:SetSubscriptionAttributes", False),
        ("codedeploy:StopDeployment", False),
        ("logs:DescribeIndexPolicies", False),
        ("logs:GetDataProtectionPolicy", True),
        ("dynamodb:GetResourcePolicy", True),
        ("s3:ListBucket", True),
        ("s3:TagResource", True),
        ("s3:ListTagsForResource", True),
        ("events:ListTagsForResource", True),
        ("kms:Encrypt", True),
    ],
)
def test_a_call_is_allowed_on_what_it_takes(call: str, takes_a_resource: bool) -> None:
    granting = [each for each in statements("ExecutionRole") if matches(call, set(listed(each["Action"])))]

    assert granting
    assert all(("*" in listed(each["Resource"])) != takes_a_resource for each in granting)


def test_a_key_has_the_tag_by_which_the_pipeline_may_use_it() -> None:
    (condition,) = (each["Condition"]["StringEquals"] for each in statements("ExecutionRole") if each["Sid"] == "Keys")
    tags = {f"aws:ResourceTag/{tag['Key']}": tag["Value"] for tag in resource("DataKey")["Tags"]}

    assert condition == {name: {"Ref": "ApplicationStack"} for name in tags}
    assert list(tags.values()) == [{"Ref": "AWS::StackName"}]


def test_a_database_can_be_deleted_with_what_is_in_it() -> None:
    (glue,) = [each for each in statements("ExecutionRole") if each["Sid"] == "Schemas"]
    texts = [listed(each["Fn::Sub"])[0] for each in glue["Resource"]]

    assert {text.split(":")[-1].split("/")[0] for text in texts} == {
        "catalog",
        "database",
        "table",
        "userDefinedFunction",
    }


def test_a_stack_name_that_would_be_truncated_in_role_names_is_refused() -> None:
    pattern = pipeline()["Parameters"]["ApplicationStack"]["AllowedPattern"]

    assert re.fullmatch(pattern, "serverless-orders-prod")
    assert re.fullmatch(pattern, "a" * 24)
    assert not re.fullmatch(pattern, "a" * 25)


@pytest.mark.parametrize("name", ROLES)
def test_the_policies_fit_into_a_role(name: str) -> None:
    characters = sum(len(json.dumps(each["PolicyDocument"], separators=(",", ":"))) for each in role(name)["Policies"])

    assert characters < 10240, (
        "IAM's limit for all inline policies of a role; ours are longer before Fn::Sub than after"
    )
    assert all(len(json.dumps(each, separators=(",", ":"))) < 6144 for each in managed_policies(name)), "IAM's limit"
