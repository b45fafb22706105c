"""Retention of the event store: versions, cold storage, object lock, and permissions to delete."""

from tests.architecture.stack_template import resource, statements
from tests.support.template import template

BUCKET = resource("EventStoreBucket")
RULES = {rule["Id"]: rule for rule in BUCKET["LifecycleConfiguration"]["Rules"]}


def test_overwritten_and_deleted_objects_can_be_restored_for_a_month() -> None:
    rule = RULES["ExpireNoncurrentVersions"]

    assert BUCKET["VersioningConfiguration"] == {"Status": "Enabled"}
    assert rule["NoncurrentVersionExpiration"] == {"NoncurrentDays": 30}
    assert rule["ExpiredObjectDeleteMarker"] is True


def test_old_events_are_in_a_storage_class_with_immediate_access() -> None:
    rule = RULES["MoveOldEventsToGlacier"]

    assert rule["Transitions"] == [{"StorageClass": "GLACIER_IR", "TransitionInDays": 90}]
    # GLACIER_IR bills no object as less than 128 KB.
    assert int(rule["ObjectSizeGreaterThan"]) >= 128 * 1024


def test_no_lifecycle_rule_deletes_events() -> None:
    assert [rule for rule in RULES.values() if rule.keys() & {"ExpirationInDays", "ExpirationDate"}] == []


def test_a_lock_is_chosen_by_a_parameter_and_only_where_the_data_stays() -> None:
    condition, locked, unlocked = BUCKET["ObjectLockConfiguration"]["Fn::If"]
    parameter = template()["Parameters"]["EventLockDays"]

    assert BUCKET["ObjectLockEnabled"]["Fn::If"] == ["LocksEvents", True, {"Ref": "AWS::NoValue"}]
    assert (condition, unlocked) == ("LocksEvents", {"Ref": "AWS::NoValue"})
    assert locked["Rule"]["DefaultRetention"] == {"Mode": "GOVERNANCE", "Days": {"Ref": "EventLockDays"}}
    assert parameter["Default"] == 0
    # A bucket with object lock cannot be emptied, so its stack cannot be deleted.
    assert {"Condition": "KeepsData"} in template()["Conditions"]["LocksEvents"]["Fn::And"]


def test_events_outlive_the_stack_where_the_data_is_kept() -> None:
    policy = template()["Resources"]["EventStoreBucketPolicy"]
    _, conditional = policy["Properties"]["PolicyDocument"]["Statement"]
    condition, refusal, otherwise = conditional["Fn::If"]

    assert (condition, otherwise) == ("KeepsData", {"Ref": "AWS::NoValue"})
    assert (refusal["Effect"], refusal["Principal"]) == ("Deny", "*")
    assert refusal["Action"] == ["s3:DeleteObject", "s3:DeleteObjectVersion"]
    assert refusal["Resource"] == {"Fn::Sub": "${EventStoreBucket.Arn}/events/*"}
    assert policy["DeletionPolicy"] == {"Fn::If": ["KeepsData", "RetainExceptOnCreate", "Delete"]}
    assert policy["UpdateReplacePolicy"] == {"Ref": "DataPolicy"}


def test_the_function_that_empties_buckets_may_delete_all_versions() -> None:
    (policy,) = resource("EmptyBucketFunction")["Policies"]
    actions = {action for statement in statements(policy) for action in statement["Action"]}

    assert {"s3:ListBucketVersions", "s3:DeleteObject", "s3:DeleteObjectVersion"} <= actions
