"""Stores are encrypted, restorable and private. A parameter says whether deletion of the stack keeps them."""

from typing import Any

import pytest

from tests.architecture.stack_template import BUCKET, QUEUE, TABLE, arn_of, as_list, resource, resources, where
from tests.support.template import template

HOLDS_DATA = [*resources(TABLE), *resources(QUEUE), "EventStoreBucket", "UserPool", "WebhookSecret"]
# A property that makes the resource unique in its account.
NAMES = (
    "BucketName",
    "TableName",
    "QueueName",
    "TopicName",
    "FunctionName",
    "DeliveryStreamName",
    "LogGroupName",
    "LayerName",
    "RoleName",
    "AlarmName",
    "UserPoolName",
    "Name",
)
# CloudFront's resources are global: their names are unique in the account.
GLOBAL_KINDS = (
    "AWS::CloudFront::OriginAccessControl",
    "AWS::CloudFront::CachePolicy",
    "AWS::CloudFront::ResponseHeadersPolicy",
    "AWS::CloudFront::Function",
)


@pytest.mark.parametrize("name", resources(TABLE))
def test_a_table_is_encrypted_restorable_and_on_demand(name: str) -> None:
    table = resource(name)

    # SSEEnabled without a key would choose the AWS managed key, which bills KMS requests. DynamoDB encrypts anyway:
    # https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/encryption.usagenotes.html
    assert "SSESpecification" not in where(set(), table)
    assert table["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": True}
    assert table["BillingMode"] == "PAY_PER_REQUEST"


@pytest.mark.parametrize("name", resources(TABLE))
def test_a_table_that_is_kept_cannot_be_deleted_by_mistake_either(name: str) -> None:
    assert where({"ProtectsData"}, resource(name))["DeletionProtectionEnabled"] is True
    assert where(set(), resource(name))["DeletionProtectionEnabled"] is False


def test_data_that_is_kept_is_protected_unless_a_first_deployment_says_otherwise() -> None:
    chosen = {"Fn::Equals": [{"Ref": "DeletionProtection"}, "true"]}

    assert template()["Conditions"]["ProtectsData"] == {"Fn::And": [{"Condition": "KeepsData"}, chosen]}
    assert template()["Parameters"]["DeletionProtection"]["Default"] == "true"
    assert where({"ProtectsData"}, resource("UserPool"))["DeletionProtection"] == "ACTIVE"
    assert where(set(), resource("UserPool"))["DeletionProtection"] == "INACTIVE"


@pytest.mark.parametrize("name", resources(BUCKET))
def test_a_bucket_is_encrypted_and_closed(name: str) -> None:
    bucket = resource(name)
    (encryption,) = where(set(), bucket["BucketEncryption"])["ServerSideEncryptionConfiguration"]
    tls_only = resource(f"{name}Policy")["PolicyDocument"]["Statement"][0]

    assert encryption["ServerSideEncryptionByDefault"]["SSEAlgorithm"] == "AES256"
    assert all(bucket["PublicAccessBlockConfiguration"].values())
    assert len(bucket["PublicAccessBlockConfiguration"]) == 4
    assert tls_only["Effect"] == "Deny"
    assert tls_only["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}
    assert arn_of(name) in tls_only["Resource"]


@pytest.mark.parametrize("name", resources(QUEUE))
def test_a_queue_is_encrypted(name: str) -> None:
    assert where(set(), resource(name))["SqsManagedSseEnabled"] is True


def test_the_topic_and_the_delivery_are_encrypted() -> None:
    assert where(set(), resource("OrderEventsTopic"))["KmsMasterKeyId"] == "alias/aws/sns"
    assert resource("EventDeliveryStream")["DeliveryStreamEncryptionConfigurationInput"] == {"KeyType": "AWS_OWNED_CMK"}


@pytest.mark.parametrize("name", HOLDS_DATA)
def test_data_is_kept_or_deleted_as_the_parameter_says(name: str) -> None:
    declared = template()["Resources"][name]

    # A failed first deployment deletes its resources. Otherwise they would keep their names without a stack. Only
    # DeletionPolicy supports this value:
    # https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-attribute-deletionpolicy.html
    assert where({"KeepsData"}, declared)["DeletionPolicy"] == "RetainExceptOnCreate"
    assert where(set(), declared)["DeletionPolicy"] == "Delete"
    assert where({"KeepsData"}, declared)["UpdateReplacePolicy"] in ({"Ref": "DataPolicy"}, "Retain")
    assert where(set(), declared)["UpdateReplacePolicy"] in ({"Ref": "DataPolicy"}, "Delete")


def test_a_failed_first_deployment_keeps_nothing() -> None:
    for name, declared in template()["Resources"].items():
        if declared["Type"] != "AWS::StepFunctions::StateMachineVersion":  # they are deleted with their state machine
            assert where({"KeepsData"}, declared).get("DeletionPolicy") != "Retain", name


@pytest.mark.parametrize("name", resources(BUCKET))
def test_a_bucket_is_emptied_before_it_is_deleted(name: str) -> None:
    emptied = resource(f"Emptied{name}")

    assert emptied["BucketName"] == {"Ref": name}
    assert emptied["DataPolicy"] == template()["Resources"][name]["UpdateReplacePolicy"]
    assert emptied["ServiceTimeout"] <= 60, "the default is an hour"


def test_the_delivery_stops_before_the_bucket_is_emptied() -> None:
    assert template()["Resources"]["EventDeliveryStream"]["DependsOn"] == "EmptiedEventStoreBucket"


def test_a_deletion_policy_may_take_a_parameter() -> None:
    assert template()["Transform"] == ["AWS::LanguageExtensions", "AWS::Serverless-2016-10-31"]
    assert template()["Parameters"]["DataPolicy"] == {
        **template()["Parameters"]["DataPolicy"],
        "Default": "Delete",
        "AllowedValues": ["Delete", "Retain"],
    }


def test_a_physical_name_contains_the_stacks_name() -> None:
    for name, properties in _named_resources():
        for physical in (properties[key] for key in NAMES if key in properties):
            if isinstance(physical, dict) and "Ref" in physical:
                continue
            assert "${AWS::StackName}" in _text_of(physical), name


def test_a_name_that_is_global_to_the_account_contains_the_region_too() -> None:
    for kind in GLOBAL_KINDS:
        for name, properties in resources(kind).items():
            (physical,) = _values_of("Name", properties)
            assert "${AWS::StackName}-${AWS::Region}" in physical["Fn::Sub"], name


def test_the_saga_is_replaced_when_its_type_changes() -> None:
    assert "${SagaType}" in resource("FulfilOrderStateMachine")["Name"]["Fn::Sub"]


def test_the_saga_logs_errors_without_personal_data() -> None:
    logging = resource("FulfilOrderStateMachine")["Logging"]
    group = _text_of(resource("FulfilOrderLogGroup")["LogGroupName"])

    assert (logging["Level"], logging["IncludeExecutionData"]) == ("ERROR", False)
    assert group.startswith("/aws/vendedlogs/states/${AWS::StackName}")


@pytest.mark.parametrize("name", resources("AWS::Logs::LogGroup"))
def test_a_log_group_that_outlives_its_stack_does_not_block_the_next_deployment(name: str) -> None:
    given = resource(name).get("LogGroupName")

    if given is not None:
        text, values = given["Fn::Sub"]
        assert text.endswith("-${StackUuid}")
        assert values == {"StackUuid": {"Fn::Select": [2, {"Fn::Split": ["/", {"Ref": "AWS::StackId"}]}]}}


@pytest.mark.parametrize("name", resources(QUEUE))
def test_a_queue_refuses_plain_http(name: str) -> None:
    policy = resource(f"{name}Policy")

    assert policy["Queues"] == [{"Ref": name}]
    assert policy["PolicyDocument"]["Statement"][0] == _tls_only("sqs:*", arn_of(name))
    # "Each policy must cover only a single queue" (SQS developer guide, about queue policies).
    assert {str(each["Resource"]) for each in policy["PolicyDocument"]["Statement"]} == {str(arn_of(name))}
    assert sum(each["Queues"] == [{"Ref": name}] for each in resources("AWS::SQS::QueuePolicy").values()) == 1


@pytest.mark.parametrize("name", resources("AWS::SNS::Topic"))
def test_a_topic_refuses_plain_http(name: str) -> None:
    policy = resource(f"{name}Policy")

    assert policy["Topics"] == [{"Ref": name}]
    assert policy["PolicyDocument"]["Statement"][0] == _tls_only("sns:Publish", {"Ref": name})


def _tls_only(action: str, arn: Any) -> dict[str, Any]:
    return {
        "Sid": "TlsOnly",
        "Effect": "Deny",
        "Principal": "*",
        "Action": action,
        "Resource": arn,
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }


@pytest.mark.parametrize("name", resources("AWS::Logs::LogGroup"))
def test_log_groups_have_a_retention_period(name: str) -> None:
    assert resource(name)["RetentionInDays"] == {"Ref": "LogRetentionDays"}


def _named_resources() -> list[tuple[str, dict[str, Any]]]:
    inside_others = {"AWS::Cognito::UserPoolClient", "AWS::Logs::LogStream", "AWS::StepFunctions::StateMachineAlias"}
    return [
        (name, declared.get("Properties", {}))
        for name, declared in template()["Resources"].items()
        if declared["Type"] not in inside_others
    ]


def _text_of(substitution: dict[str, Any]) -> str:
    """Return the text of an `Fn::Sub`, in its short or its long form."""
    return str(as_list(substitution["Fn::Sub"])[0])


def _values_of(key: str, node: Any) -> list[Any]:
    if not isinstance(node, dict):
        return []
    return [node[key]] if key in node else [value for each in node.values() for value in _values_of(key, each)]
