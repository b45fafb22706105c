"""Delete a stack in an AWS account. Its DataPolicy decides whether the data is deleted too."""

from collections.abc import Callable
from pathlib import Path

from botocore.exceptions import ClientError
from rich.console import Console

from tools.account import release
from tools.account.environments import Environment
from tools.local_cloud.cloud import ROOT, LocalCloudError

# The only bucket with data. The template's other buckets hold build output and query results.
EVENT_STORE = "EventStoreBucket"


def destroy(console: Console, environment: Environment, ask: Callable[[str], str] = input, root: Path = ROOT) -> None:
    """Ask for confirmation, delete all object versions in the stack's buckets, and delete the stack.

    With DataPolicy=Retain, the event store's bucket stays as it is.

    Args:
        console: Where to print.
        environment: The environment of the stack.
        ask: Asks the user a question and returns the answer.
        root: The checkout.

    Raises:
        LocalCloudError: There is no such stack, the user typed another name, or something could not be deleted.
    """
    stack = release.describe(environment)
    keeps_data = release.deployed_parameters(environment).get("DataPolicy") == "Retain"
    console.print(
        f"This deletes stack [bold]{environment.stack_name}[/bold] in {environment.region}, "
        f"account {release.account_id(environment)}, created on {stack['CreationTime']:%Y-%m-%d}."
    )
    console.print(
        f"Its tables, users, events and queued messages stay, because DataPolicy is Retain. Their names begin with "
        f"{environment.stack_name}, and AWS continues to bill their storage."
        if keeps_data
        else "All of its data is lost."
    )
    if ask("Type the name of the stack to confirm: ").strip() != environment.stack_name:
        raise LocalCloudError("This is not the name of the stack. Nothing was deleted.")
    for logical_id, bucket in buckets(environment).items():
        if not (keeps_data and logical_id == EVENT_STORE):
            console.print(f"{bucket}: {_empty(environment, bucket)} object versions deleted")
    release.delete(environment, root)


def buckets(environment: Environment) -> dict[str, str]:
    """Return the stack's existing buckets by logical id."""
    pages = environment.session.client("cloudformation").get_paginator("list_stack_resources")
    return {
        resource["LogicalResourceId"]: resource["PhysicalResourceId"]
        for page in pages.paginate(StackName=environment.stack_name)
        for resource in page["StackResourceSummaries"]
        if resource["ResourceType"] == "AWS::S3::Bucket" and resource["ResourceStatus"] != "DELETE_COMPLETE"
    }


def _empty(environment: Environment, name: str) -> int:
    """Delete all object versions. The stack's EmptyBucketFunction deletes objects that are written later."""
    bucket = environment.session.resource("s3").Bucket(name)
    try:
        responses = bucket.object_versions.delete()
    except ClientError as error:
        if error.response["Error"]["Code"] == "NoSuchBucket":
            return 0
        raise
    if refused := [each for response in responses for each in response.get("Errors", [])]:
        first = refused[0]
        raise LocalCloudError(
            f"{len(refused)} objects of {name} could not be deleted, for example {first['Key']}: {first['Message']}"
        )
    return sum(len(response.get("Deleted", [])) for response in responses)
