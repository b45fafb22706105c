"""What holds data: encrypted, restorable, closed to the public, kept or deleted as the parameter says."""

from typing import Any

import pytest

from tests.architecture.stack_template import BUCKET, QUEUE, TABLE, arn_of, resource, resources, where
from tests.template import template

HOLDS_DATA = [*resources(TABLE), *resources(QUEUE), "EventStoreBucket", "UserPool"]
# A name in one of these makes the resource one of a kind in its account.
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
# CloudFront's own resources are one set for all regions of an account.
GLOBAL_KINDS = (
    "AWS::CloudFront::OriginAccessControl",
    "AWS::CloudFront::CachePolicy",
    "AWS::CloudFront::ResponseHeadersPolicy",
    "AWS::CloudFront::Function",
)


@pytest.mark.parametrize("name", resources(TABLE))
def test_a_table_is_encrypted_restorable_and_on_demand(name: str) -> None:
    table = resource(name)

    assert where(set(), table["SSESpecification"]) == {"SSEEnabled": True}
    assert table["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": True}
    assert table["BillingMode"] == "PAY_PER_REQUEST"


@pytest.mark.parametrize("name", resources(TABLE))
def test_a_table_that_is_kept_cannot_be_deleted_by_mistake_either(name: str) -> None:
    assert where({"KeepsData"}, resource(name))["DeletionProtectionEnabled"] is True
    assert where(set(), resource(name))["DeletionProtectionEnabled"] is False


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

    assert declared["DeletionPolicy"] == {"Ref": "DataPolicy"}
    assert declared["UpdateReplacePolicy"] == {"Ref": "DataPolicy"}


@pytest.mark.parametrize("name", resources(BUCKET))
def test_a_bucket_that_goes_is_emptied_before(name: str) -> None:
    emptied = resource(f"Emptied{name}")

    assert emptied["BucketName"] == {"Ref": name}
    assert emptied["DataPolicy"] == template()["Resources"][name]["DeletionPolicy"]
    assert emptied["ServiceTimeout"] <= 60, "the default is an hour"


def test_nothing_is_delivered_into_an_emptied_bucket() -> None:
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
            assert "${AWS::StackName}" in physical["Fn::Sub"], name


def test_a_name_that_is_global_to_the_account_contains_the_region_too() -> None:
    for kind in GLOBAL_KINDS:
        for name, properties in resources(kind).items():
            (physical,) = _values_of("Name", properties)
            assert "${AWS::StackName}-${AWS::Region}" in physical["Fn::Sub"], name


def test_the_saga_is_replaced_when_its_type_changes() -> None:
    assert "${SagaType}" in resource("FulfilOrderStateMachine")["Name"]["Fn::Sub"]


def test_the_saga_logs_faults_without_anybodys_address() -> None:
    logging = resource("FulfilOrderStateMachine")["Logging"]
    group = resource("FulfilOrderLogGroup")["LogGroupName"]["Fn::Sub"]

    assert (logging["Level"], logging["IncludeExecutionData"]) == ("ERROR", False)
    assert group.startswith("/aws/vendedlogs/states/${AWS::StackName}")


@pytest.mark.parametrize("name", resources("AWS::Logs::LogGroup"))
def test_a_log_group_forgets(name: str) -> None:
    assert resource(name)["RetentionInDays"] == {"Ref": "LogRetentionDays"}


def _named_resources() -> list[tuple[str, dict[str, Any]]]:
    inside_others = {"AWS::Cognito::UserPoolClient", "AWS::Logs::LogStream", "AWS::StepFunctions::StateMachineAlias"}
    return [
        (name, declared.get("Properties", {}))
        for name, declared in template()["Resources"].items()
        if declared["Type"] not in inside_others
    ]


def _values_of(key: str, node: Any) -> list[Any]:
    if not isinstance(node, dict):
        return []
    return [node[key]] if key in node else [value for each in node.values() for value in _values_of(key, each)]
