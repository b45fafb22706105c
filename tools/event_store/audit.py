"""Check that tables, event store and views are consistent: `python -m tools.event_store.audit [SECONDS]`.

The audit reads the views first, then the event store, then the tables. An event that is written in the meantime is
therefore in the tables, where `compare` recognizes it as in flight.
"""

import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from botocore.exceptions import BotoCoreError, ClientError
from rich.console import Console
from rich.markup import escape

from kernel.cloud_event import CloudEvent
from kernel.dynamodb import from_item
from kernel.event_items import new_events
from kernel.event_reader import CHUNK_BYTES, ReadEvent, Unreadable, read_events
from kernel.timestamps import timestamp
from tools.event_store.consistency import (
    NOT_PROJECTED,
    NOT_STORED,
    ONLY_STORED,
    STORED_DIFFERENTLY,
    ConsistencyReport,
    Difference,
    compare,
)
from tools.event_store.refund_balance import PROBLEMS
from tools.event_store.stored_objects import event_objects
from tools.local_cloud.aws import Aws
from tools.local_cloud.cloud import LocalCloud, LocalCloudError
from tools.local_cloud.reachability import running_stack
from tools.local_cloud.stack import Stack
from tools.terminal.console import SafeConsole, print_error, reports_errors

UNREADABLE_ITEM = "its events are unreadable"
UNREADABLE_IN_STORE = "unreadable lines in the event store"
# Object keys printed per event.
KEYS_SHOWN = 3
# The emulator's Firehose does not buffer. Relay and projection need a few seconds.
IN_FLIGHT_SECONDS = 5
MAX_SHOWN = 50
# One year.
MAX_SECONDS = 365 * 24 * 3600


class ItemLocation(NamedTuple):
    """The location of an item.

    Attributes:
        table: The table's logical id in the template, without the suffix `Table`.
        keys: The item's primary key, in DynamoDB JSON.
    """

    table: str
    keys: dict[str, Any]


def audit(stack: Stack, in_flight_seconds: float) -> ConsistencyReport:
    """Compare the stack's tables, event store and views.

    Args:
        stack: The deployed stack.
        in_flight_seconds: Events younger than this may still be in flight. Their differences are not reported.
    """
    aws = Aws(stack.emulator_url)
    cutoff = timestamp(datetime.now(UTC) - timedelta(seconds=in_flight_seconds))
    items = map(from_item, scan(aws, stack, "Views"))
    views = {(item["pk"], item["sk"]): item for item in items}
    lines = list(stored_lines(aws, stack))
    unreadable: list[ItemLocation] = []
    written = [event for events, place in written_events(aws, stack, unreadable) for event in events]
    report = compare(written, (line.event for _, line in lines if isinstance(line, ReadEvent)), views, cutoff)
    report.counts[UNREADABLE_IN_STORE] = sum(isinstance(line, Unreadable) for _, line in lines)
    keys: dict[str, list[str]] = defaultdict(list)
    for key, line in lines:
        if isinstance(line, ReadEvent):
            keys[line.event.id].append(key)
    report.differences = [
        difference._replace(what=f"{difference.what}: {', '.join(keys[difference.id][:KEYS_SHOWN])}")
        if difference.what in (ONLY_STORED, STORED_DIFFERENTLY)
        else difference
        for difference in report.differences
    ]
    report.differences += [
        Difference("tables", f"{place.table} {from_item(place.keys)}", UNREADABLE_ITEM) for place in unreadable
    ]
    return report


def written_events(
    aws: Aws, stack: Stack, unreadable: list[ItemLocation]
) -> Iterator[tuple[list[CloudEvent], ItemLocation]]:
    """Yield the events of each item in the services' tables, and add unreadable items to `unreadable`."""
    for table, key in event_tables(aws, stack).items():
        for item in scan(aws, stack, table):
            place = ItemLocation(table, {name: item[name] for name in key})
            try:
                yield new_events(item, None), place
            except (ValueError, TypeError, KeyError):
                unreadable.append(place)


def event_tables(aws: Aws, stack: Stack) -> dict[str, list[str]]:
    """Return the key attributes of each table that the relay reads, by its logical id without the suffix `Table`."""
    tables = {}
    for output, name in stack.outputs.items():
        if output.endswith("TableName"):
            table = aws.dynamodb.describe_table(TableName=name)["Table"]
            # The other streams carry no events, and no old images.
            if table.get("StreamSpecification", {}).get("StreamViewType") == "NEW_AND_OLD_IMAGES":
                tables[output.removesuffix("TableName")] = [key["AttributeName"] for key in table["KeySchema"]]
    return tables


def stored_lines(aws: Aws, stack: Stack) -> Iterator[tuple[str, ReadEvent | Unreadable]]:
    """Yield the events of the event store, and its unreadable lines, each with the key of its object."""
    for key in event_objects(aws, stack):
        body = aws.s3.get_object(Bucket=stack.outputs["EventStoreBucketName"], Key=key)["Body"]
        for line in read_events(body.iter_chunks(CHUNK_BYTES)):
            yield key, line


def scan(aws: Aws, stack: Stack, table: str) -> Iterator[dict[str, Any]]:
    """Yield the items of a table, in DynamoDB JSON."""
    pages = aws.dynamodb.get_paginator("scan").paginate(
        TableName=stack.outputs[f"{table}TableName"], ConsistentRead=True
    )
    return (item for page in pages for item in page["Items"])


def show(console: Console, report: ConsistencyReport) -> None:
    """Print the counts, the differences, and what to do about them."""
    for name, count in report.counts.items():
        console.print(f"{count:8} {name}")
    console.print(f"{len(report.in_flight):8} in flight, not compared")
    for difference in report.differences[:MAX_SHOWN]:
        text = escape(f"{difference.place}: {difference.id}: {difference.what}")
        console.print(f"[red]✘[/red] {text}", soft_wrap=True)
    if len(report.differences) > MAX_SHOWN:
        console.print(f"… and {len(report.differences) - MAX_SHOWN} more")
    if not report.differences:
        console.print("[green]✔[/green] The tables, the event store and the views are consistent.")
        return
    console.print(f"\n{len(report.differences)} differences.")
    for line in advice(report.differences):
        console.print(line, soft_wrap=True)


def advice(differences: Iterable[Difference]) -> list[str]:
    """Return instructions that fix the differences, in the order to follow."""
    kinds = {(difference.place, difference.what.partition(":")[0]) for difference in differences}
    lines = []
    if ("tables", UNREADABLE_ITEM) in kinds:
        lines.append(
            "The relay cannot read an item. Correct its events in the table, then run `make redrive "
            "QUEUE=unreadable-records` (docs/runbooks/unreadable-records.md)."
        )
    if ("tables", NOT_PROJECTED) in kinds:
        lines.append(
            "The projector rejects an event of the tables. A rebuild cannot fix that: see "
            "docs/runbooks/projection-dead-letter.md."
        )
    if kinds & {("tables", problem) for problem in PROBLEMS}:
        lines.append(
            "A refund or a restocking does not agree with its return. The event's id contains the order: "
            "`make show ORDER=<its id>`."
        )
    if kinds & {("tables", ONLY_STORED), ("store", STORED_DIFFERENTLY)}:
        lines.append(
            "An object of the event store holds an event that no table has, or that differs from the table. If the "
            "object is wrong, first remove it from the event store: `make set-aside OBJECT=<its key>`."
        )
    if ("store", NOT_STORED) in kinds or kinds & {("tables", ONLY_STORED), ("store", STORED_DIFFERENTLY)}:
        lines.append("`make republish` republishes the events that the event store lacks, from the tables.")
    if "views" in {place for place, _ in kinds}:
        lines.append("`make rebuild` rebuilds the views from the event store.")
    return lines


def _seconds(text: str | float) -> float:
    with suppress(ValueError):
        if 0 <= float(text) <= MAX_SECONDS:
            return float(text)
    raise LocalCloudError("IN_FLIGHT must be a number of seconds, for example make audit IN_FLIGHT=90")


@reports_errors
def main() -> int:
    """Audit the developer's stack.

    Returns:
        The exit status: 0 if everything is consistent, 1 if there are differences, 2 if the audit could not run.
    """
    console = SafeConsole(highlight=False)
    try:
        seconds = _seconds(sys.argv[1] if len(sys.argv) > 1 else IN_FLIGHT_SECONDS)
        report = audit(running_stack(LocalCloud.of_developer()), seconds)
    except (LocalCloudError, BotoCoreError, ClientError) as error:
        print_error(error)
        return 2
    show(console, report)
    return 1 if report.differences else 0


if __name__ == "__main__":
    sys.exit(main())
