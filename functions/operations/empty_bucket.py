"""Empty a bucket when its stack is deleted, because CloudFormation deletes no bucket that holds something."""

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

ANSWER_WITHIN_SECONDS = 10


@cache
def _s3() -> "S3Client":
    return boto3.client("s3")


@cache
def _cloudformation() -> "CloudFormationClient":
    return boto3.client("cloudformation")


def handler(event: dict[str, Any], _context: object) -> None:
    """Answer CloudFormation's request for the custom resource that stands for an emptied bucket.

    Whatever happens it gets an answer: without one the stack would wait for it, and then be stuck.
    """
    bucket: str = event["ResourceProperties"]["BucketName"]
    goes = event["RequestType"] == "Delete" and event["ResourceProperties"]["DataPolicy"] == "Delete"
    try:
        # The resource alone goes too when somebody takes it out of the template: then the data stays.
        if goes and _is_being_deleted(event["StackId"]):
            _empty(bucket)
    except Exception as fault:  # noqa: BLE001 (the answer carries it)
        logger.exception("the bucket could not be emptied", bucket=bucket)
        _answer(event, bucket, "FAILED", str(fault))
    else:
        logger.info("answering", bucket=bucket, request=event["RequestType"])
        _answer(event, bucket, "SUCCESS")


def _is_being_deleted(stack_id: str) -> bool:
    (stack,) = _cloudformation().describe_stacks(StackName=stack_id)["Stacks"]
    return stack["StackStatus"] == "DELETE_IN_PROGRESS"


def _empty(bucket: str) -> None:
    # Of a bucket without versioning, this lists its objects as versions named null.
    for page in _s3().get_paginator("list_object_versions").paginate(Bucket=bucket):
        versions = [*page.get("Versions", []), *page.get("DeleteMarkers", [])]
        keys: list[ObjectIdentifierTypeDef] = [
            {"Key": found["Key"], "VersionId": found["VersionId"]} for found in versions
        ]
        if keys:
            failed = _s3().delete_objects(Bucket=bucket, Delete={"Objects": keys, "Quiet": True}).get("Errors")
            if failed:
                raise RuntimeError(f"{len(failed)} objects stay, the first because of {failed[0].get('Code')}")


def _answer(event: dict[str, Any], bucket: str, status: str, reason: str = "") -> None:
    document = {
        "Status": status,
        "Reason": reason,
        "PhysicalResourceId": bucket,
        "StackId": event["StackId"],
        "RequestId": event["RequestId"],
        "LogicalResourceId": event["LogicalResourceId"],
    }
    # The URL is signed for a request without a content type.
    request = Request(event["ResponseURL"], json.dumps(document).encode(), {"Content-Type": ""}, method="PUT")  # noqa: S310 (CloudFormation's own)
    with urlopen(request, timeout=ANSWER_WITHIN_SECONDS):  # noqa: S310
        pass
