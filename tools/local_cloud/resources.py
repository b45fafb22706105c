"""The resources of the deployed stack, by kind."""

from dataclasses import dataclass

from tools.local_cloud.aws import Aws
from tools.local_cloud.cloud import STACK_NAME


@dataclass(frozen=True)
class Resource:
    """A resource: the name that the template gives it, and the one that it has in the emulator."""

    logical_id: str
    physical_id: str


def of_kind(aws: Aws, kind: str) -> list[Resource]:
    """All of the stack's resources of a CloudFormation type, such as `AWS::SQS::Queue`."""
    pages = aws.cloudformation.get_paginator("list_stack_resources").paginate(StackName=STACK_NAME)
    return [
        Resource(summary["LogicalResourceId"], summary["PhysicalResourceId"])
        for page in pages
        for summary in page["StackResourceSummaries"]
        if summary["ResourceType"] == kind
    ]
