"""Lambda entry point that runs once a minute: time out overdue reviews, and repeat failed deliveries of decisions.

An overdue return has no timeout, because only an operator refunds money. The metric ReturnsOverdue reminds of it.
"""

from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import task_store
from decision_callback import deliver_decision
from kernel.observability import batch_item, correlate, count, logger, tracer
from kernel.settings import setting
from kernel.timestamps import Timestamp, now, timestamp
from task import Kind, NotOpen, Task

# A function delivers a decision right after it stores it. After this time, that delivery has failed.
MAX_DELIVERY_SECONDS = 30
PAGE_SIZE = 100
# Process another task only if the function has at least this much time left.
MILLISECONDS_PER_TASK = 10_000


class ChaseFault(Exception):
    """Processing some tasks failed. The next run, a minute later, retries them."""


@logger.inject_lambda_context(clear_state=True)
@tracer.capture_lambda_handler(capture_response=False)
def handler(_event: dict[str, Any], context: Any) -> None:
    """Process the tasks that are due, as far as time allows.

    Raises:
        ChaseFault: Some tasks failed. The log has the causes.
    """
    overdue = list(_all("open", _ago(int(setting("REVIEW_TIMEOUT_SECONDS")))))
    faults = 0
    for process, task in _due_tasks(overdue):
        if context.get_remaining_time_in_millis() < MILLISECONDS_PER_TASK:
            logger.warning("ran out of time: the next run continues")
            break
        with batch_item("task"):
            correlate(task.order_id)
            try:
                process(task)
            except Exception:  # noqa: BLE001 (one task must not block the others)
                logger.exception("the task %s could not be processed", task.task_id)
                faults += 1
    count("ReturnsOverdue", sum(task.kind is Kind.RETURN for task in overdue))
    if faults:
        raise ChaseFault(f"{faults} tasks could not be processed")


def _due_tasks(overdue: Iterable[Task]) -> Iterator[tuple[Callable[[Task], None], Task]]:
    """Yield each due task with the function that processes it. Undelivered decisions come first."""
    for task in _undelivered_decisions():
        yield _redeliver, task
    for task in overdue:
        if task.kind is Kind.REVIEW:
            yield _time_out, task


def _redeliver(decided: Task) -> None:
    deliver_decision(decided)
    count("DecisionsToldAgain")


def _time_out(review: Task) -> None:
    try:
        deliver_decision(task_store.change(review.task_id, lambda task: task.timed_out(now())))
        count("ReviewsTimedOut")
    except NotOpen:
        logger.info("an operator resolved the task %s before it timed out", review.task_id)


def _undelivered_decisions() -> Iterator[Task]:
    deadline = _ago(MAX_DELIVERY_SECONDS)
    # Closed tasks are also in the shard `decided`, but have no `decided_at`.
    return (task for task in _all("decided", now()) if (task.decided_at or task.opened_at) < deadline)


def _all(shard: str, until: Timestamp) -> Iterator[Task]:
    start = None
    while True:
        page = task_store.list_tasks(shard, limit=PAGE_SIZE, start=start, until=until)
        yield from page.tasks
        start = page.next_key
        if start is None:
            return


def _ago(seconds: int) -> Timestamp:
    return timestamp(datetime.now(UTC) - timedelta(seconds=seconds))
