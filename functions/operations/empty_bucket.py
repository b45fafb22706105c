"""Lambda entry point of the custom resource that empties a bucket when its stack is deleted.

CloudFormation can delete only an empty bucket.
"""

from functools import cache
from typing import TYPE_CHECKING, Any

import boto3

from kernel.custom_resource import custom_resource

if TYPE_CHECKING:
    from mypy_boto3_cloudformation import CloudFormationClient
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_s3.type_defs import ObjectIdentifierTypeDef


@cache
def _s3() -> "S3Client":
    return boto3.client("s3")


@cache
def _cloudformation() -> "CloudFormationClient":
    return boto3.client("cloudformation")


def empty_bucket(event: dict[str, Any]) -> None:
    """Empty the bucket if the stack is being deleted and its data with it."""
    properties = event["ResourceProperties"]
    delete_data = event["RequestType"] == "Delete" and properties["DataPolicy"] == "Delete"
    # CloudFormation also deletes the custom resource when a developer removes it from the template. The data stays.
    if delete_data and _is_stack_being_deleted(event["StackId"]):
        _empty(properties["BucketName"])


def _is_stack_being_deleted(stack_id: str) -> bool:
    (stack,) = _cloudformation().describe_stacks(StackName=stack_id)["Stacks"]
    return stack["StackStatus"] == "DELETE_IN_PROGRESS"


def _empty(bucket: str) -> None:
    # For a bucket without versioning, this lists each object as a version with the id `null`.
    for page in _s3().get_paginator("list_object_versions").paginate(Bucket=bucket):
        versions = [*page.get("Versions", []), *page.get("DeleteMarkers", [])]
        keys: list[ObjectIdentifierTypeDef] = [
            {"Key": found["Key"], "VersionId": found["VersionId"]} for found in versions
        ]
        if keys:
            failed = _s3().delete_objects(Bucket=bucket, Delete={"Objects": keys, "Quiet": True}).get("Errors")
            if failed:
                raise RuntimeError(f"{len(failed)} objects were not deleted. First cause: {failed[0].get('Code')}")


handler = custom_resource("BucketName", empty_bucket)
