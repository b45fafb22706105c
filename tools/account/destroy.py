"""Delete a stack in an AWS account, and with it everything that its DataPolicy does not keep."""

from collections.abc import Callable
from pathlib import Path

from botocore.exceptions import ClientError
from rich.console import Console

from tools.account import release
from tools.account.environments import Environment
from tools.local_cloud.cloud import ROOT, LocalCloudError

# The template's other buckets hold what is built, or can be asked again.
EVENT_STORE = "EventStoreBucket"


def destroy(console: Console, environment: Environment, ask: Callable[[str], str] = input, root: Path = ROOT) -> None:
    """Ask for the stack's name, empty the buckets that go, with all versions of all objects, and delete the stack.

    Raises:
        LocalCloudError: there is no such stack, the name was another, or something could not be deleted.
    """
    stack = release.describe(environment)
    keeps_data = release.deployed_parameters(environment).get("DataPolicy") == "Retain"
    console.print(
        f"This deletes stack [bold]{environment.stack_name}[/bold] in {environment.region}, "
        f"account {release.account_id(environment)}, made on {stack['CreationTime']:%Y-%m-%d}."
    )
    console.print(
        f"Its tables, users, events and queued messages stay, under names that begin with {environment.stack_name}, "
        "and cost what they hold: DataPolicy=Retain."
        if keeps_data
        else "All of its data is lost."
    )
    if ask("Type the stack's name to go on: ").strip() != environment.stack_name:
        raise LocalCloudError("That is not its name. Nothing was deleted.")
    for logical_id, bucket in buckets(environment).items():
        if not (keeps_data and logical_id == EVENT_STORE):
            console.print(f"{bucket}: {_empty(environment, bucket)} versions of objects deleted")
    release.delete(environment, root)


def buckets(environment: Environment) -> dict[str, str]:
    """The stack's buckets that there still are, by the names that the template gives them."""
    pages = environment.session.client("cloudformation").get_paginator("list_stack_resources")
    return {
        found["LogicalResourceId"]: found["PhysicalResourceId"]
        for page in pages.paginate(StackName=environment.stack_name)
        for found in page["StackResourceSummaries"]
        if found["ResourceType"] == "AWS::S3::Bucket" and found["ResourceStatus"] != "DELETE_COMPLETE"
    }


def _empty(environment: Environment, name: str) -> int:
    """Delete every version of every object. What is written meanwhile, the stack's own EmptyBucketFunction deletes."""
    bucket = environment.session.resource("s3").Bucket(name)
    try:
        answers = bucket.object_versions.delete()
    except ClientError as error:
        if error.response["Error"]["Code"] == "NoSuchBucket":
            return 0
        raise
    if refused := [each for answer in answers for each in answer.get("Errors", [])]:
        first = refused[0]
        raise LocalCloudError(f"{len(refused)} objects of {name} stay, such as {first['Key']}: {first['Message']}")
    return sum(len(answer.get("Deleted", [])) for answer in answers)
