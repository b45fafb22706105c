"""The resources of the deployed stack."""

from typing import NamedTuple

from tools.local_cloud.aws import Aws
from tools.local_cloud.cloud import STACK_NAME


class Resource(NamedTuple):
    """A resource of the stack: its type, its name in the template, and its name in the emulator."""

    kind: str
    logical_id: str
    physical_id: str


def of_stack(aws: Aws) -> list[Resource]:
    """Return all resources of the stack."""
    pages = aws.cloudformation.get_paginator("list_stack_resources").paginate(StackName=STACK_NAME)
    return [
        Resource(summary["ResourceType"], summary["LogicalResourceId"], summary.get("PhysicalResourceId", ""))
        for page in pages
        for summary in page["StackResourceSummaries"]
    ]


def of_kind(aws: Aws, kind: str) -> list[Resource]:
    """Return the stack's resources of a CloudFormation type, for example `AWS::SQS::Queue`."""
    return [each for each in of_stack(aws) if each.kind == kind]
