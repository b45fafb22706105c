"""delivery/governance.yaml: what a security reviewer would check in the monitoring stack."""

import re
from typing import Any

import pytest

from tests.architecture.stack_template import TABLE, arn_of, as_list, expanded_resources, resources, statements, where
from tests.support.template import governance, template

RULE = "AWS::Config::ConfigRule"
ALL_CONDITIONS = set(governance()["Conditions"])
# AWS managed rules: https://docs.aws.amazon.com/config/latest/developerguide/managed-rules-by-aws-config.html
PROMISES = {
    "encryption of buckets": "S3_BUCKET_SERVER_SIDE_ENCRYPTION_ENABLED",
    "encryption of tables by a key of our own": "DYNAMODB_TABLE_ENCRYPTED_KMS",
    "encryption on the way": "S3_BUCKET_SSL_REQUESTS_ONLY",
    "no public access": "S3_BUCKET_LEVEL_PUBLIC_ACCESS_PROHIBITED",
    "point-in-time recovery": "DYNAMODB_PITR_ENABLED",
    "versions of what is overwritten": "S3_BUCKET_VERSIONING_ENABLED",
    "an end for old versions": "S3_LIFECYCLE_POLICY_CHECK",
    "locked events": "S3_BUCKET_DEFAULT_LOCK_ENABLED",
    "log retention in days": "CW_LOGGROUP_RETENTION_PERIOD_CHECK",
}


def of_type(kind: str) -> dict[str, dict[str, Any]]:
    """Every resource of a type, by logical id."""
    return {name: each for name, each in governance()["Resources"].items() if each["Type"] == kind}


def properties(name: str) -> dict[str, Any]:
    found: dict[str, Any] = governance()["Resources"][name]["Properties"]
    return found


def selectors(conditions: set[str]) -> list[dict[str, dict[str, Any]]]:
    """Return what the trail records under these conditions: the fields of each selector, by name."""
    chosen = where(conditions, properties("StoresTrail")["AdvancedEventSelectors"])
    return [{field["Field"]: field for field in each["FieldSelectors"]} for each in chosen]


def bucket_statements() -> dict[str, dict[str, Any]]:
    return {each["Sid"]: each for each in statements(properties("AuditBucketPolicy"))}


def event_rule(name: str) -> dict[str, Any]:
    pattern: dict[str, Any] = properties(name)["EventPattern"]
    return pattern


def test_the_trail_records_every_read_and_write_of_the_stores() -> None:
    data = [each for each in selectors(set()) if each["eventCategory"]["Equals"] == ["Data"]]
    recorded = {each["resources.type"]["Equals"][0]: each["resources.ARN"]["StartsWith"] for each in data}

    assert not any("readOnly" in each for each in data)
    (objects,), (tables,) = recorded["AWS::S3::Object"], recorded[TABLE]
    assert objects["Fn::Sub"].endswith(":s3:::${EventStoreBucketName}/"), (
        "the bucket's own, and none that begins like it"
    )
    assert tables["Fn::Sub"].endswith(":table/${StackName}-")


def test_all_tables_have_names_that_the_trail_looks_for() -> None:
    named = [name for name, each in resources(TABLE).items() if "TableName" in each]

    assert not named, "CloudFormation begins a name with the stack's; a name of one's own may not"


def test_the_name_of_the_event_store_is_a_parameter() -> None:
    assert template()["Outputs"]["EventStoreBucketName"]["Value"] == {"Ref": "EventStoreBucket"}


def test_changes_of_resources_are_recorded_unless_another_trail_does() -> None:
    def changes(conditions: set[str]) -> list[Any]:
        found = [each for each in selectors(conditions) if each["eventCategory"]["Equals"] == ["Management"]]
        return [each["readOnly"]["Equals"] for each in found]

    assert changes({"RecordsManagement"}) == [["false"]]
    assert changes(set()) == []


def test_the_trail_validates_its_log_files() -> None:
    trail = properties("StoresTrail")

    assert trail["EnableLogFileValidation"] is True
    assert trail["IsLogging"] is True
    assert governance()["Resources"]["StoresTrail"]["DependsOn"] == "AuditBucketPolicy"


def test_the_record_is_encrypted_versioned_private_and_outlives_the_stack() -> None:
    bucket = properties("AuditBucket")

    assert bucket["BucketEncryption"]["ServerSideEncryptionConfiguration"]
    assert bucket["VersioningConfiguration"] == {"Status": "Enabled"}
    assert set(bucket["PublicAccessBlockConfiguration"].values()) == {True}
    for name in ("AuditBucket", "AuditBucketPolicy"):
        assert governance()["Resources"][name]["DeletionPolicy"] == "RetainExceptOnCreate"
        assert governance()["Resources"][name]["UpdateReplacePolicy"] == "Retain"


def test_the_record_refuses_plain_http_and_deletion() -> None:
    everything = {"Fn::Sub": "${AuditBucket.Arn}/*"}
    tls, deletion = bucket_statements()["TlsOnly"], bucket_statements()["DenyAuditFileDeletion"]

    assert (tls["Effect"], tls["Principal"], tls["Action"]) == ("Deny", "*", "s3:*")
    assert tls["Resource"] == [arn_of("AuditBucket"), everything]
    assert tls["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}
    assert (deletion["Effect"], deletion["Principal"], deletion["Resource"]) == ("Deny", "*", everything)
    assert deletion["Action"] == ["s3:DeleteObject", "s3:DeleteObjectVersion"]


def test_only_this_trail_may_write_the_record() -> None:
    allowed = [each for each in bucket_statements().values() if each["Effect"] == "Allow"]
    trail = properties("StoresTrail")["TrailName"]

    assert trail == {"Ref": "AWS::StackName"}
    for each in allowed:
        assert each["Principal"] == {"Service": "cloudtrail.amazonaws.com"}
        assert each["Condition"]["StringEquals"]["aws:SourceArn"]["Fn::Sub"].endswith(":trail/${AWS::StackName}")


@pytest.mark.parametrize("promise", PROMISES)
def test_each_documented_guarantee_has_a_config_rule(promise: str) -> None:
    identifiers = [each["Properties"]["Source"]["SourceIdentifier"] for each in of_type(RULE).values()]

    assert identifiers.count(PROMISES[promise]) == 1


@pytest.mark.parametrize("name", of_type(RULE))
def test_a_violated_rule_sends_a_notification(name: str) -> None:
    told = where(ALL_CONDITIONS, event_rule("Violation"))["detail"]

    assert {"Ref": name} in told["configRuleName"]
    assert told["newEvaluationResult"] == {"complianceType": ["NON_COMPLIANT"]}


@pytest.mark.parametrize("conditions", [ALL_CONDITIONS, set[str]()])
def test_notifications_name_only_existing_rules(conditions: set[str]) -> None:
    told = where(conditions, event_rule("Violation"))["detail"]["configRuleName"]
    there = {name for name, each in of_type(RULE).items() if each.get("Condition") in {*conditions, None}}

    assert {each["Ref"] for each in told} == there


@pytest.mark.parametrize("name", of_type(RULE))
def test_a_rule_works_with_the_accounts_recorder_and_waits_for_our_own(name: str) -> None:
    assert governance()["Resources"][name]["DependsOn"] == "RecorderIsReady"
    ready = governance()["Resources"]["RecorderIsReady"]
    assert "Condition" not in ready
    assert where({"HasOwnRecorder"}, ready["Metadata"]) == {
        "Recorder": {"Ref": "ConfigRecorder"},
        "DeliveryChannel": {"Ref": "ConfigDeliveryChannel"},
    }
    assert not any(isinstance(each, dict) for each in where(set(), ready["Metadata"]).values())


def test_our_own_recorder_records_what_the_rules_look_at_and_only_if_asked_for() -> None:
    looked_at = {
        kind
        for each in of_type(RULE).values()
        for kind in each["Properties"].get("Scope", {}).get("ComplianceResourceTypes", [])
    }

    assert set(properties("ConfigRecorder")["RecordingGroup"]["ResourceTypes"]) == looked_at
    for name in ("ConfigRecorder", "ConfigDeliveryChannel", "ConfigRecorderRole"):
        assert governance()["Resources"][name]["Condition"] == "HasOwnRecorder"
    assert governance()["Parameters"]["WithConfigRecorder"]["Default"] == "false"


def test_the_recorder_may_only_add_to_its_own_folder() -> None:
    granted = list(statements(properties("ConfigRecorderRole")["Policies"]))

    writes = [each for each in granted if as_list(each["Action"]) == ["s3:PutObject"]]
    assert [each["Resource"]["Fn::Sub"] for each in writes] == [
        "${AuditBucket.Arn}/config/AWSLogs/${AWS::AccountId}/*",
    ]
    assert properties("ConfigDeliveryChannel")["S3KeyPrefix"] == "config"
    assert not any("*" in action for each in granted for action in as_list(each["Action"]))


def test_disabling_the_monitoring_sends_a_notification() -> None:
    calls = set(event_rule("WatchTurnedOff")["detail"]["eventName"])

    assert {"StopLogging", "DeleteTrail", "PutEventSelectors"} <= calls
    assert {"DeleteConfigRule", "StopConfigurationRecorder"} <= calls


def test_all_notifications_go_to_the_topic_and_only_services_may_publish() -> None:
    policy = {each["Sid"]: each for each in statements(properties("GovernanceTopicPolicy"))}
    rules = of_type("AWS::Events::Rule")

    assert policy["AllowRulesToPublish"]["Principal"] == {"Service": "events.amazonaws.com"}
    assert "Condition" not in policy["AllowRulesToPublish"], "with one EventBridge delivers nothing"
    budgets = policy["AllowBudgetsToPublish"]["Condition"]
    assert budgets["StringEquals"] == {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}
    for each in rules.values():
        assert [target["Arn"] for target in each["Properties"]["Targets"]] == [{"Ref": "GovernanceTopic"}]
    for each in properties("Budget")["NotificationsWithSubscribers"]:
        assert [subscriber["Address"] for subscriber in each["Subscribers"]] == [{"Ref": "GovernanceTopic"}]


def test_the_budget_warns_about_actual_and_forecast_costs() -> None:
    warnings = {
        each["Notification"]["NotificationType"] for each in properties("Budget")["NotificationsWithSubscribers"]
    }

    assert warnings == {"ACTUAL", "FORECASTED"}
    assert properties("Budget")["Budget"]["BudgetLimit"] == {"Amount": {"Ref": "MonthlyBudget"}, "Unit": "USD"}


def test_the_name_of_the_event_store_is_the_only_required_parameter() -> None:
    needed = {name for name, each in governance()["Parameters"].items() if "Default" not in each}

    assert needed == {"EventStoreBucketName"}


def test_the_rule_for_log_retention_has_the_templates_default() -> None:
    ours, shops = governance()["Parameters"]["LogRetentionDays"], template()["Parameters"]["LogRetentionDays"]

    assert (ours["Default"], ours["AllowedValues"]) == (shops["Default"], shops["AllowedValues"])
    assert properties("LogsAreKept")["InputParameters"]["MinRetentionTime"] == {"Ref": "LogRetentionDays"}


def test_the_rule_for_log_retention_covers_all_log_groups() -> None:
    separator, beginnings = properties("LogsAreKept")["InputParameters"]["LogGroupNames"]["Fn::Join"]
    watched = tuple(each["Fn::Sub"].replace("${StackName}", "${AWS::StackName}") for each in beginnings)

    assert separator == ","
    for name, group in expanded_resources("AWS::Logs::LogGroup").items():
        # CloudFormation prefixes a name with the stack's name.
        text = as_list(group["LogGroupName"]["Fn::Sub"])[0] if "LogGroupName" in group else "${AWS::StackName}-"
        assert text.startswith(watched), name


def test_a_stack_name_that_cloudformation_would_truncate_is_refused() -> None:
    pattern = governance()["Parameters"]["StackName"]["AllowedPattern"]

    assert re.fullmatch(pattern, "serverless-orders-prod")
    assert re.fullmatch(pattern, "a" * 24)
    assert not re.fullmatch(pattern, "a" * 25)


def test_a_rule_about_keys_needs_a_key() -> None:
    assert governance()["Resources"]["TablesAreEncrypted"]["Condition"] == "HasDataKey"
    assert governance()["Parameters"]["TablesHaveDataKey"]["Default"] == "false"
    assert template()["Parameters"]["WithDataKey"]["Default"] == "false"
