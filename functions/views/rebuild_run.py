"""An execution of the state machine that rebuilds the views: its start and its progress."""

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
    """Step Functions has no such execution: it was not started, or it ended more than 90 days ago."""


class ObjectCounts(ResponseBody):
    """The number of objects, and how many of them were replayed or failed."""

    total: int = 0
    done: int = 0
    failed: int = 0


class EventCounts(ResponseBody):
    """The number of projected events and of unreadable entries."""

    applied: int = 0
    unreadable: int = 0


class Rebuild(ResponseBody):
    """The progress or the result of a rebuild. `result_file` is the key of the list of unreadable content."""

    rebuild_id: str
    status: RebuildStatus
    started_at: Timestamp
    ended_at: Timestamp | None = None
    objects: ObjectCounts
    events: EventCounts
    result_file: str | None = None


@cache
def step_functions() -> "SFNClient":
    """Return the Step Functions client of this process."""
    return boto3.client("stepfunctions", config=CLIENT_LIMITS)


def start(rebuild_id: str) -> None:
    """Start the execution. Its name is the rebuild's id."""
    step_functions().start_execution(
        stateMachineArn=setting("REBUILD_VIEWS_STATE_MACHINE_ARN"), name=rebuild_id, input="{}"
    )


def is_running(rebuild_id: str) -> bool:
    """Return whether the execution is running.

    Raises:
        NoSuchRebuild: There is no such execution.
    """
    return bool(_execution(rebuild_id)["status"] == "RUNNING")


def find(rebuild_id: str) -> Rebuild:
    """Return the current progress of a rebuild.

    Raises:
        NoSuchRebuild: There is no such execution.
    """
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
            applied=sum(each.applied for each in replayed), unreadable=sum(each.unreadable for each in replayed)
        ),
        result_file=rebuild_register.result_file(rebuild_id),
    )


def object_counts(rebuild_id: str) -> ObjectCounts:
    """Return the progress of the execution's Distributed Map. All counts are 0 before the map starts."""
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
