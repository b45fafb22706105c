"""Chase tasks, every minute: time out reviews that nobody decided, and wake who was not told of a decision."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import task_store
from kernel.observability import correlate, count, logger, one_of_many, tracer
from kernel.settings import setting
from kernel.timestamps import Timestamp, now, timestamp
from task import Kind, NotOpen, Task
from waiting import wake

# A decision is told at once. After so long, whoever was to tell it has died.
SECONDS_TO_TELL = 30
MOST = 100


@logger.inject_lambda_context(clear_state=True)
@tracer.capture_lambda_handler(capture_response=False)
def handler(_event: dict[str, Any], _context: object) -> None:
    """Do what is due. Raises: ClientError: the next minute tries again."""
    for task in _overdue_reviews():
        with one_of_many("review"):
            _time_out(task)
    for task in _untold_decisions():
        with one_of_many("decision"):
            correlate(task.order_id)
            wake(task)
            count("DecisionsToldAgain")


def _time_out(review: Task) -> None:
    correlate(review.order_id)
    try:
        wake(task_store.change(review.task_id, lambda task: task.timed_out(now())))
        count("ReviewsTimedOut")
    except NotOpen:
        logger.info("somebody decided the task %s in the last moment", review.task_id)


def _overdue_reviews() -> Iterator[Task]:
    deadline = _ago(int(setting("REVIEW_TIMEOUT_SECONDS")))
    return (task for task in _all("open", deadline) if task.kind is Kind.REVIEW)


def _untold_decisions() -> Iterator[Task]:
    latest = _ago(SECONDS_TO_TELL)
    # A closed task has no time of its decision.
    return (task for task in _all("decided", now()) if (task.decided_at or task.opened_at) < latest)


def _all(shard: str, until: Timestamp) -> Iterator[Task]:
    start = None
    while True:
        page = task_store.list_tasks(shard, limit=MOST, start=start, until=until)
        yield from page.tasks
        start = page.next_key
        if start is None:
            return


def _ago(seconds: int) -> Timestamp:
    return timestamp(datetime.now(UTC) - timedelta(seconds=seconds))
