"""Delete a stack in an AWS account. Its DataPolicy decides whether the data is deleted too."""

import contextlib
from collections.abc import Callable, Iterable
from pathlib import Path

from botocore.exceptions import ClientError
from rich.console import Console

from tools.account import release
from tools.account.environments import Environment
from tools.local_cloud.cloud import ROOT, LocalCloudError

# The only bucket with data. The template's other buckets hold build output and query results.
EVENT_STORE = "EventStoreBucket"
# The sweepers request waits only through this function. The other functions that start the state machine have a
# decision already.
STARTS_WAITS = "AttendOrdersFunction"


def destroy(console: Console, environment: Environment, ask: Callable[[str], str] = input, root: Path = ROOT) -> None:
    """Ask for confirmation, stop the executions, empty the buckets, and delete the stack with its log groups.

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
    try:
        answer = ask("Type the name of the stack to confirm: ")
    except EOFError:
        raise LocalCloudError("There is no terminal to type the name of the stack on. Nothing was deleted.") from None
    if answer.strip() != environment.stack_name:
        raise LocalCloudError("This is not the name of the stack. Nothing was deleted.")
    if stopped := _stop_executions(environment):
        console.print(f"Running executions of the state machines stopped: {stopped}")
    for logical_id, bucket in resources(environment, "AWS::S3::Bucket").items():
        if not (keeps_data and logical_id == EVENT_STORE):
            console.print(f"{bucket}: {_empty(environment, bucket)} object versions deleted")
    log_groups = resources(environment, "AWS::Logs::LogGroup").values()
    release.delete(environment, root)
    _delete_log_groups(environment, log_groups)


def resources(environment: Environment, resource_type: str) -> dict[str, str]:
    """Return the names of the stack's existing resources of a type, by logical id."""
    pages = environment.session.client("cloudformation").get_paginator("list_stack_resources")
    return {
        resource["LogicalResourceId"]: resource["PhysicalResourceId"]
        for page in pages.paginate(StackName=environment.stack_name)
        for resource in page["StackResourceSummaries"]
        if resource["ResourceType"] == resource_type and resource["ResourceStatus"] != "DELETE_COMPLETE"
    }


def _stop_executions(environment: Environment) -> int:
    """Stop the running executions, because AWS deletes a state machine only after they have ended.

    An execution that waits for an operator would keep the stack in DELETE_IN_PROGRESS for days:
    https://repost.aws/knowledge-center/step-functions-stuck-deleting-status
    """
    step_functions, functions = environment.session.client("stepfunctions"), environment.session.client("lambda")
    if starter := resources(environment, "AWS::Lambda::Function").get(STARTS_WAITS):
        # Otherwise the sweeper would start the waits again within a minute.
        functions.put_function_concurrency(FunctionName=starter, ReservedConcurrentExecutions=0)
    stopped = 0
    for machine in resources(environment, "AWS::StepFunctions::StateMachine").values():
        # Express executions are not listed. They end by themselves.
        with contextlib.suppress(
            step_functions.exceptions.StateMachineTypeNotSupported, step_functions.exceptions.StateMachineDoesNotExist
        ):
            pages = step_functions.get_paginator("list_executions").paginate(
                stateMachineArn=machine, statusFilter="RUNNING"
            )
            for execution in [each for page in pages for each in page["executions"]]:
                step_functions.stop_execution(executionArn=execution["executionArn"], cause="The stack is deleted.")
                stopped += 1
    return stopped


def _delete_log_groups(environment: Environment, names: Iterable[str]) -> None:
    """Delete the log groups that Lambda created again, because functions ran after the stack had deleted the groups."""
    logs = environment.session.client("logs")
    for name in names:
        with contextlib.suppress(logs.exceptions.ResourceNotFoundException):
            logs.delete_log_group(logGroupName=name)


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
