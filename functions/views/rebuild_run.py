"""A run of the state machine that rebuilds the views: its start, and how far it is."""

from functools import cache
from typing import TYPE_CHECKING, Any, Literal

import boto3

import rebuild_register
from kernel.client_limits import CLIENT_LIMITS
from kernel.http_application import ResponseBody
from kernel.settings import setting
from kernel.timestamps import Timestamp, timestamp

if TYPE_CHECKING:
    from mypy_boto3_stepfunctions import SFNClient

RebuildStatus = Literal["RUNNING", "SUCCEEDED", "FAILED"]
STATUSES: dict[str, RebuildStatus] = {"RUNNING": "RUNNING", "SUCCEEDED": "SUCCEEDED"}


class NoSuchRebuild(Exception):
    """Step Functions knows no such run: it was never started, or ended more than 90 days ago."""


class ObjectCounts(ResponseBody):
    """How many objects there are, and how many of them are replayed, or could not be."""

    total: int = 0
    done: int = 0
    failed: int = 0


class EventCounts(ResponseBody):
    """How many events were projected, and how many things were found that are none."""

    applied: int = 0
    unreadable: int = 0


class Rebuild(ResponseBody):
    """How far a rebuild is, or, once it has ended, what it came to. `result_file` lists what could not be read."""

    rebuild_id: str
    status: RebuildStatus
    started_at: Timestamp
    ended_at: Timestamp | None = None
    objects: ObjectCounts
    events: EventCounts
    result_file: str | None = None


@cache
def step_functions() -> "SFNClient":
    """Return the process's Step Functions client."""
    return boto3.client("stepfunctions", config=CLIENT_LIMITS)


def start(rebuild_id: str) -> None:
    """Start the run, named by the id."""
    step_functions().start_execution(
        stateMachineArn=setting("REBUILD_VIEWS_STATE_MACHINE_ARN"), name=rebuild_id, input="{}"
    )


def is_running(rebuild_id: str) -> bool:
    """Whether the run goes on. Raises: NoSuchRebuild."""
    return bool(_execution(rebuild_id)["status"] == "RUNNING")


def find(rebuild_id: str) -> Rebuild:
    """Return a rebuild as it is now. Raises: NoSuchRebuild."""
    execution = _execution(rebuild_id)
    counts = object_counts(rebuild_id)
    replayed = list(rebuild_register.objects(rebuild_id))
    ended = execution.get("stopDate")
    return Rebuild(
        rebuild_id=rebuild_id,
        status=STATUSES.get(execution["status"], "FAILED"),
        started_at=timestamp(execution["startDate"]),
        ended_at=timestamp(ended) if ended else None,
        objects=counts,
        events=EventCounts(
            applied=sum(one.applied for one in replayed), unreadable=sum(one.unreadable for one in replayed)
        ),
        result_file=rebuild_register.result_file(rebuild_id),
    )


def object_counts(rebuild_id: str) -> ObjectCounts:
    """Return how far the run's Distributed Map is; zeros until it begins."""
    runs = step_functions().list_map_runs(executionArn=_execution_arn(rebuild_id))["mapRuns"]
    if not runs:
        return ObjectCounts()
    counts = step_functions().describe_map_run(mapRunArn=runs[0]["mapRunArn"])["itemCounts"]
    return ObjectCounts(
        total=counts["total"],
        done=counts["succeeded"],
        failed=counts["failed"] + counts["timedOut"] + counts["aborted"],
    )


def _execution(rebuild_id: str) -> Any:
    try:
        return step_functions().describe_execution(executionArn=_execution_arn(rebuild_id))
    except step_functions().exceptions.ExecutionDoesNotExist:
        raise NoSuchRebuild(rebuild_id) from None


def _execution_arn(rebuild_id: str) -> str:
    machine = setting("REBUILD_VIEWS_STATE_MACHINE_ARN")
    return f"{machine.replace(':stateMachine:', ':execution:')}:{rebuild_id}"
