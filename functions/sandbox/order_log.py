"""The log lines of one order, from the log groups of the functions on its path, and the attempts that they report."""

import json
from collections.abc import Collection, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from functools import cache, partial
from itertools import islice
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

from kernel.client_limits import CLIENT_LIMITS
from kernel.http_application import ResponseBody
from kernel.observability import logger
from kernel.settings import setting
from kernel.timestamps import Timestamp, timestamp

CONCURRENCY = 5
# An account may call FilterLogEvents about five times a second, and a trace reads 20 log groups. After the first
# throttled call, this mode waits between the calls: https://repost.aws/knowledge-center/cloudwatch-logs-throttling
RETRIES = Config(retries={"mode": "adaptive", "total_max_attempts": 3})
# CloudWatch searches oldest first, at most 1 MB for a page, so a page can be empty.
MAX_PAGES = 5
MAX_LINES = 500
# The request precedes the first event, and a retry can follow the last one.
BEFORE, AFTER = timedelta(minutes=1), timedelta(hours=1)


class LogLine(ResponseBody):
    """A log line. Other members of the line, such as the text of an exception, are left out.

    Attributes:
        time: When the function wrote the line.
        function: The logical id of the function in the template.
        level: The level, such as INFO.
        message: The message. It holds no personal data.
        step: The saga step that the function ran.
        event: The id of the event that the function handled.
    """

    time: Timestamp
    function: str
    level: str
    message: str
    step: str | None = None
    event: str | None = None


class Attempt(ResponseBody):
    """An attempt of a saga step. Without an outcome, it failed with a fault."""

    step: str
    time: Timestamp
    outcome: str | None = None


@cache
def _logs() -> Any:  # The toolchain has no types of this client.
    return boto3.client("logs", config=CLIENT_LIMITS.merge(RETRIES))


def lines_of(order_id: str, event_times: Collection[datetime]) -> list[LogLine]:
    """Return the log lines of an order, oldest first. At most MAX_LINES lines, without those of a throttled log group.

    Args:
        order_id: The order, which is the correlation id of its lines.
        event_times: When the order's events happened. Earlier and much later lines are not searched.
    """
    groups: dict[str, str] = json.loads(setting("LOG_GROUP_NAMES"))
    read = partial(_read_group, order_id, min(event_times) - BEFORE, max(event_times) + AFTER)
    with ThreadPoolExecutor(CONCURRENCY) as pool:
        found = [line for lines in pool.map(read, groups.keys(), groups.values()) for line in lines]
    return sorted(found, key=lambda line: line.time)[:MAX_LINES]


def attempts_in(lines: Iterable[LogLine]) -> Iterator[Attempt]:
    """Yield the attempts of saga steps: kernel/saga_step.py logs one line for each."""
    for line in lines:
        if line.step and line.message == f"{line.step} failed":
            yield Attempt(step=line.step, time=line.time)
        elif line.step and line.message.startswith(returned := f"{line.step} returned "):
            yield Attempt(step=line.step, time=line.time, outcome=line.message.removeprefix(returned))


def _read_group(order_id: str, since: datetime, until: datetime, function: str, group: str) -> list[LogLine]:
    # A term, because the emulator ignores JSON patterns such as { $.correlation_id = … }. `_parse` compares exactly.
    pages = (
        _logs()
        .get_paginator("filter_log_events")
        .paginate(
            logGroupName=group,
            filterPattern=f'"{order_id}"',
            startTime=int(since.timestamp() * 1000),
            endTime=int(until.timestamp() * 1000),
        )
    )
    try:
        events = [event for page in islice(pages, MAX_PAGES) for event in page["events"]]
    except ClientError as error:
        if error.response["Error"]["Code"] != "ThrottlingException":
            raise
        logger.warning("CloudWatch Logs throttled the search for the log lines of %s", function)
        return []
    parsed = (_parse(order_id, function, event["message"], event["timestamp"]) for event in events)
    return [line for line in parsed if line][:MAX_LINES]


def _parse(order_id: str, function: str, text: str, milliseconds: int) -> LogLine | None:
    """Return the line, or None if it is no message about the order, such as an embedded metric."""
    try:
        line: Any = json.loads(text)
    except ValueError:
        return None
    if not isinstance(line, dict) or line.get("correlation_id") != order_id or "message" not in line:
        return None
    return LogLine(
        time=_time(line, milliseconds),
        function=function,
        level=str(line.get("level", "")),
        message=str(line["message"]),
        step=line.get("step"),
        event=line.get("event"),
    )


def _time(line: dict[str, Any], milliseconds: int) -> Timestamp:
    """Return when the function wrote the line. CloudWatch has the time of its receipt, which can be later."""
    try:
        return timestamp(datetime.fromisoformat(line["timestamp"]))
    except (KeyError, TypeError, ValueError):
        return timestamp(datetime.fromtimestamp(milliseconds / 1000, UTC))
