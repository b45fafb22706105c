"""The resources of the deployed stack, by type."""

from dataclasses import dataclass

from tools.local_cloud.aws import Aws
from tools.local_cloud.cloud import STACK_NAME


@dataclass(frozen=True)
class Resource:
    """A resource of the stack.

    Attributes:
        logical_id: The name in the template.
        physical_id: The name in the emulator.
    """

    logical_id: str
    physical_id: str


def of_kind(aws: Aws, kind: str) -> list[Resource]:
    """Return the stack's resources of a CloudFormation type, for example `AWS::SQS::Queue`."""
    pages = aws.cloudformation.get_paginator("list_stack_resources").paginate(StackName=STACK_NAME)
    return [
        Resource(summary["LogicalResourceId"], summary["PhysicalResourceId"])
        for page in pages
        for summary in page["StackResourceSummaries"]
        if summary["ResourceType"] == kind
    ]
