"""Show the logs of the Lambda functions on the emulator in readable form."""

import json
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from rich.console import Console
from rich.text import Text

from tools.local_cloud import resources
from tools.local_cloud.aws import Aws
from tools.local_cloud.cloud import LocalCloudError
from tools.terminal.console import on_one_line

POLL_SECONDS = 1
COLOUR = {"ERROR": "red", "CRITICAL": "red", "WARNING": "yellow", "DEBUG": "dim"}
# The fields that Powertools adds to every line. They are not printed.
STANDARD_FIELDS = {
    "level", "location", "message", "timestamp", "service", "cold_start", "function_name",
    "function_memory_size", "function_arn", "function_request_id", "xray_trace_id", "sampling_rate",
}  # fmt: skip


def show(console: Console, aws: Aws, function: str | None, *, follow: bool) -> None:
    """Print the log lines of a function, given by its logical id, or of all functions, oldest first.

    With `follow`, polls for new lines until Ctrl-C.

    Raises:
        LocalCloudError: There is no such function.
    """
    groups = log_groups(aws, function)
    seen: set[str] = set()
    while True:
        for name, event in new_events(aws, groups, seen):
            if line := readable(event["message"], event["timestamp"], name):
                console.print(line, soft_wrap=True)
        if not follow:
            return
        time.sleep(POLL_SECONDS)


def readable(message: str, timestamp: int, function: str) -> Text | None:
    """Format one log line for the terminal.

    Args:
        message: The line that the function logged: Powertools JSON or plain text.
        timestamp: Milliseconds since 1970.
        function: The logical id of the function.

    Returns:
        The formatted line. None for embedded metrics and for Lambda's own lines (START, END, REPORT).
    """
    entry = _as_json(message)
    if "_aws" in entry or message.startswith(("START RequestId", "END RequestId", "REPORT RequestId", "INIT_START")):
        return None
    moment = datetime.fromtimestamp(timestamp / 1000, UTC).astimezone().strftime("%H:%M:%S.%f")[:-3]
    level = str(entry.get("level", ""))
    line = Text.assemble((f"{moment} ", "dim"), (f"{function.removesuffix('Function'):18} ", "cyan"))
    line.append(f"{level:8}", COLOUR.get(level, ""))
    line.append(_text(entry["message"]) if "message" in entry else message.rstrip())
    details = {name: value for name, value in entry.items() if name not in STANDARD_FIELDS | {"exception"}}
    line.append("".join(f"  {name}={_text(value)}" for name, value in details.items()), "dim")
    if "exception" in entry:
        line.append("\n" + str(entry["exception"]), "red")
    return line


def log_groups(aws: Aws, function: str | None) -> dict[str, str]:
    """Return the logical ids of the functions by log group.

    Raises:
        LocalCloudError: There is no such function.
    """
    functions = resources.of_kind(aws, "AWS::Lambda::Function")
    known = {resource.logical_id for resource in functions}
    if function and function not in known:
        raise LocalCloudError(f"There is no function {function}. Functions:\n  " + "\n  ".join(sorted(known)))
    groups: dict[str, str] = {}
    for resource in functions:
        if function in (None, resource.logical_id):
            configuration = aws.functions.get_function_configuration(FunctionName=resource.physical_id)
            group = configuration.get("LoggingConfig", {}).get("LogGroup")
            groups[group or f"/aws/lambda/{resource.physical_id}"] = resource.logical_id
    return groups


def new_events(aws: Aws, groups: dict[str, str], seen: set[str]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the log events that are not in `seen`, oldest first, each with its function. Add them to `seen`."""
    log_events = []
    for group, name in groups.items():
        try:
            pages = aws.logs.get_paginator("filter_log_events").paginate(logGroupName=group)
            log_events += [(name, event) for page in pages for event in page["events"]]
        except aws.logs.exceptions.ResourceNotFoundException:
            continue  # The function has not run yet.
    for name, event in sorted(log_events, key=lambda pair: pair[1]["timestamp"]):
        # The emulator gives no ids to the events of functions.
        identity = f"{name}/{event['logStreamName']}/{event['timestamp']}/{event['message']}"
        if identity not in seen:
            seen.add(identity)
            yield name, event


def _as_json(message: str) -> dict[str, Any]:
    try:
        entry = json.loads(message)
    except ValueError:
        return {}
    return entry if isinstance(entry, dict) else {}


def _text(value: object) -> str:
    return on_one_line(value) if isinstance(value, str) else json.dumps(value, default=str)
