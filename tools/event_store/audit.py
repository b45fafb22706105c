"""Prove that the services' tables, the event store and the views agree: `python -m tools.event_store.audit [SECONDS]`.

The views are read first, then the store, then the tables: whatever is written meanwhile is in what is read last.
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

from event_reader import CHUNK_BYTES, ReadEvent, Unreadable, read_events
from kernel.cloud_event import CloudEvent
from kernel.dynamodb import from_item
from kernel.event_items import new_events
from kernel.timestamps import timestamp
from tools.event_store.agreement import (
    NOT_PROJECTED,
    NOT_STORED,
    ONLY_STORED,
    STORED_OTHERWISE,
    Agreement,
    Difference,
    compare,
)
from tools.event_store.stored_objects import event_objects
from tools.local_cloud import reachability
from tools.local_cloud.aws import Aws
from tools.local_cloud.cloud import LocalCloud, LocalCloudError
from tools.local_cloud.stack import Stack
from tools.terminal.console import SafeConsole, reports_disk_errors

UNREADABLE_ITEM = "its events cannot be read"
UNREADABLE_IN_STORE = "unreadable in the store"
# Of the objects that hold one event.
KEYS_SHOWN = 3
# The emulator's Firehose delivers at once; the rest of the way takes a moment.
IN_FLIGHT_SECONDS = 5
SHOWN = 50
# A year: more is nothing that anybody means.
MOST_SECONDS = 365 * 24 * 3600


class Place(NamedTuple):
    """Where an item is: its table's name in the template without `Table`, and its key in DynamoDB's JSON."""

    table: str
    keys: dict[str, Any]


def audit(stack: Stack, in_flight_seconds: float = IN_FLIGHT_SECONDS) -> Agreement:
    """Compare what the stack holds; events of the last `in_flight_seconds` may be on their way."""
    aws = Aws(stack.emulator_url)
    cutoff = timestamp(datetime.now(UTC) - timedelta(seconds=in_flight_seconds))
    items = map(from_item, scan(aws, stack, "Views"))
    views = {(item["pk"], item["sk"]): item for item in items}
    found = list(stored_with_keys(aws, stack))
    unreadable: list[Place] = []
    written = [event for events, place in written_events(aws, stack, unreadable) for event in events]
    agreement = compare(written, (one.event for _, one in found if isinstance(one, ReadEvent)), views, cutoff)
    agreement.counts[UNREADABLE_IN_STORE] = sum(isinstance(one, Unreadable) for _, one in found)
    keys: dict[str, list[str]] = defaultdict(list)
    for key, one in found:
        if isinstance(one, ReadEvent):
            keys[one.event.id].append(key)
    agreement.differences = [
        difference._replace(what=f"{difference.what}: {', '.join(keys[difference.id][:KEYS_SHOWN])}")
        if difference.what in (ONLY_STORED, STORED_OTHERWISE)
        else difference
        for difference in agreement.differences
    ]
    agreement.differences += [
        Difference("tables", f"{place.table} {from_item(place.keys)}", UNREADABLE_ITEM) for place in unreadable
    ]
    return agreement


def written_events(aws: Aws, stack: Stack, unreadable: list[Place]) -> Iterator[tuple[list[CloudEvent], Place]]:
    """Yield what each item of the services' tables announces; put those that cannot be read into `unreadable`."""
    for table, key in event_tables(aws, stack).items():
        for item in scan(aws, stack, table):
            place = Place(table, {name: item[name] for name in key})
            try:
                yield new_events(item, None), place
            except (ValueError, TypeError, KeyError):
                unreadable.append(place)


def event_tables(aws: Aws, stack: Stack) -> dict[str, list[str]]:
    """Return the key of each table that has a stream, by its name in the template without `Table`."""
    tables = {}
    for output, name in stack.outputs.items():
        if output.endswith("TableName"):
            table = aws.dynamodb.describe_table(TableName=name)["Table"]
            if table.get("StreamSpecification", {}).get("StreamEnabled"):
                tables[output.removesuffix("TableName")] = [key["AttributeName"] for key in table["KeySchema"]]
    return tables


def stored(aws: Aws, stack: Stack) -> Iterator[ReadEvent | Unreadable]:
    """Yield what the objects of the event store hold."""
    return (one for _, one in stored_with_keys(aws, stack))


def stored_with_keys(aws: Aws, stack: Stack) -> Iterator[tuple[str, ReadEvent | Unreadable]]:
    """Yield what the objects of the event store hold, each with the key of its object."""
    for key in event_objects(aws, stack):
        body = aws.s3.get_object(Bucket=stack.outputs["EventStoreBucketName"], Key=key)["Body"]
        for one in read_events(body.iter_chunks(CHUNK_BYTES)):
            yield key, one


def scan(aws: Aws, stack: Stack, table: str) -> Iterator[dict[str, Any]]:
    """Yield a table's items, in DynamoDB's JSON."""
    pages = aws.dynamodb.get_paginator("scan").paginate(
        TableName=stack.outputs[f"{table}TableName"], ConsistentRead=True
    )
    return (item for page in pages for item in page["Items"])


def running_stack() -> Stack:
    """Return the developer's deployed stack.

    Raises:
        LocalCloudError: There is none, or its emulator is gone or busy.
    """
    return reachability.running_stack(LocalCloud.of_developer())


def show(console: Console, agreement: Agreement) -> None:
    """Print what was compared, and what differs."""
    for what, count in agreement.counts.items():
        console.print(f"{count:8} {what}")
    console.print(f"{len(agreement.in_flight):8} in flight, and left out")
    for difference in agreement.differences[:SHOWN]:
        console.print(f"[red]✘[/red] {difference.place}: {escape(difference.id)}: {difference.what}", soft_wrap=True)
    if len(agreement.differences) > SHOWN:
        console.print(f"… and {len(agreement.differences) - SHOWN} more")
    if not agreement.differences:
        console.print("[green]✔[/green] The tables, the store and the views agree.")
        return
    console.print(f"\n{len(agreement.differences)} differences.")
    for line in advice(agreement.differences):
        console.print(line, soft_wrap=True)


def advice(differences: Iterable[Difference]) -> list[str]:
    """Return what to do about the differences, in the order in which it helps."""
    kinds = {(difference.place, difference.what.partition(":")[0]) for difference in differences}
    lines = []
    if ("tables", UNREADABLE_ITEM) in kinds:
        lines.append(
            "The relay cannot read an item: correct its events in the table, then `make redrive "
            "QUEUE=unreadable-records` (docs/runbooks/unreadable-records.md)."
        )
    if ("tables", NOT_PROJECTED) in kinds:
        lines.append(
            "The projector refuses an event of the tables, and no rebuild changes that: "
            "docs/runbooks/projection-dead-letter.md."
        )
    if kinds & {("tables", ONLY_STORED), ("store", STORED_OTHERWISE)}:
        lines.append(
            "An object of the store holds an event that no table has, or tells it otherwise. If the object is wrong, "
            "`make set-aside OBJECT=<its key>` takes it out of the store. Only then do the next steps help."
        )
    if ("store", NOT_STORED) in kinds or kinds & {("tables", ONLY_STORED), ("store", STORED_OTHERWISE)}:
        lines.append("`make republish` sends the store what it lacks, from the tables.")
    if "views" in {place for place, _ in kinds}:
        lines.append("`make rebuild` makes the views anew, from the store.")
    return lines


def _seconds(text: str | float) -> float:
    with suppress(ValueError):
        if 0 <= float(text) <= MOST_SECONDS:
            return float(text)
    raise LocalCloudError("IN_FLIGHT is a number of seconds, such as make audit IN_FLIGHT=90")


@reports_disk_errors
def main() -> int:
    """Audit the developer's stack. Returns: the exit status, 0 where all agree."""
    console = SafeConsole(highlight=False)
    try:
        seconds = _seconds(sys.argv[1] if len(sys.argv) > 1 else IN_FLIGHT_SECONDS)
        agreement = audit(running_stack(), seconds)
    except LocalCloudError as error:
        console.print(f"[red]{escape(str(error))}[/red]", soft_wrap=True)
        return 2
    except (BotoCoreError, ClientError) as error:
        console.print(f"[red]{escape(reachability.describe_error(error))}[/red]", soft_wrap=True)
        return 2
    show(console, agreement)
    return 1 if agreement.differences else 0


if __name__ == "__main__":
    sys.exit(main())
