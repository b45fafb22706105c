"""Lambda entry point of the custom resource that empties a bucket when its stack is deleted.

CloudFormation can delete only an empty bucket.
"""

import json
from functools import cache
from typing import TYPE_CHECKING, Any
from urllib.request import Request, urlopen

import boto3

from kernel.observability import logger

if TYPE_CHECKING:
    from mypy_boto3_cloudformation import CloudFormationClient
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_s3.type_defs import ObjectIdentifierTypeDef

RESPONSE_TIMEOUT_SECONDS = 10


@cache
def _s3() -> "S3Client":
    return boto3.client("s3")


@cache
def _cloudformation() -> "CloudFormationClient":
    return boto3.client("cloudformation")


def handler(event: dict[str, Any], _context: object) -> None:
    """Respond to CloudFormation's request to create, update or delete the custom resource.

    The function responds even after a fault, because the stack operation would otherwise wait until it times out.
    """
    bucket: str = event["ResourceProperties"]["BucketName"]
    delete_data = event["RequestType"] == "Delete" and event["ResourceProperties"]["DataPolicy"] == "Delete"
    try:
        # CloudFormation also deletes the custom resource when a developer removes it from the template. The data stays.
        if delete_data and _is_stack_being_deleted(event["StackId"]):
            _empty(bucket)
    except Exception as fault:  # noqa: BLE001 (the response carries it)
        logger.exception("could not empty the bucket", bucket=bucket)
        _respond(event, bucket, "FAILED", str(fault))
    else:
        logger.info("responding", bucket=bucket, request=event["RequestType"])
        _respond(event, bucket, "SUCCESS")


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


def _respond(event: dict[str, Any], bucket: str, status: str, reason: str = "") -> None:
    document = {
        "Status": status,
        "Reason": reason,
        "PhysicalResourceId": bucket,
        "StackId": event["StackId"],
        "RequestId": event["RequestId"],
        "LogicalResourceId": event["LogicalResourceId"],
    }
    # CloudFormation signed the URL for a request without a content type.
    request = Request(event["ResponseURL"], json.dumps(document).encode(), {"Content-Type": ""}, method="PUT")  # noqa: S310 (CloudFormation's own)
    with urlopen(request, timeout=RESPONSE_TIMEOUT_SECONDS):  # noqa: S310
        pass
