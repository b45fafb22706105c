"""Chase tasks, every minute: time out reviews that nobody decided, and wake who was not told of a decision."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import task_store
from decision_callback import deliver_decision
from kernel.observability import batch_item, correlate, count, logger, tracer
from kernel.settings import setting
from kernel.timestamps import Timestamp, now, timestamp
from task import Kind, NotOpen, Task

# A decision is told at once. After so long, whoever was to tell it has died.
SECONDS_TO_TELL = 30
MOST = 100
# Start no other task in the last seconds of the function.
MILLISECONDS_FOR_A_TASK = 10_000


class ChaseFault(Exception):
    """Some tasks could not be chased. The others are; and these come again the next minute."""


@logger.inject_lambda_context(clear_state=True)
@tracer.capture_lambda_handler(capture_response=False)
def handler(_event: dict[str, Any], context: Any) -> None:
    """Do what is due, as far as there is time for it.

    Raises:
        ChaseFault: some tasks met a fault, which is in the log.
    """
    faults = 0
    for chase, task in _due():
        if context.get_remaining_time_in_millis() < MILLISECONDS_FOR_A_TASK:
            logger.warning("there is more to do than time for it: the next minute goes on")
            break
        with batch_item("task"):
            correlate(task.order_id)
            try:
                chase(task)
            except Exception:  # noqa: BLE001 (one task holds up no other)
                logger.exception("the task %s could not be chased", task.task_id)
                faults += 1
    if faults:
        raise ChaseFault(f"{faults} tasks could not be chased")


def _due() -> Iterator[tuple[Callable[[Task], None], Task]]:
    """Yield what is to be done, and with which task. The untold come first: somebody has decided them."""
    for task in _untold_decisions():
        yield _tell_again, task
    for task in _overdue_reviews():
        yield _time_out, task


def _tell_again(decided: Task) -> None:
    deliver_decision(decided)
    count("DecisionsToldAgain")


def _time_out(review: Task) -> None:
    try:
        deliver_decision(task_store.change(review.task_id, lambda task: task.timed_out(now())))
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
