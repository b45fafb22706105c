"""Republish events that the event store lacks, from the tables: `python -m tools.event_store.republish`."""

import json
import sys
import time
from typing import Any

from kernel.event_reader import ReadEvent
from tools.event_store.audit import ItemLocation, stored_lines, written_events
from tools.local_cloud.aws import Aws
from tools.local_cloud.cloud import LocalCloud, LocalCloudError
from tools.local_cloud.reachability import running_stack
from tools.local_cloud.stack import Stack
from tools.terminal.console import SafeConsole, reports_errors

DEADLINE_SECONDS = 300
POLL_SECONDS = 0.5


def republish(stack: Stack) -> set[str]:
    """Republish the events that the event store lacks, and wait until they are archived.

    Returns:
        The ids of the events that were missing.

    Raises:
        LocalCloudError: Some events did not arrive within five minutes.
    """
    aws = Aws(stack.emulator_url)
    lacking, places = _lacking(aws, stack)
    for place in places:
        aws.sqs.send_message(
            QueueUrl=stack.outputs["RepublicationQueueUrl"], MessageBody=json.dumps(_request(aws, stack, place))
        )
    deadline = time.monotonic() + DEADLINE_SECONDS
    while missing := lacking - _stored_ids(aws, stack):
        if time.monotonic() > deadline:
            raise LocalCloudError(
                f"{len(missing)} events did not arrive in the event store. `make dead-letters` may show why."
            )
        time.sleep(POLL_SECONDS)
    return lacking


def _lacking(aws: Aws, stack: Stack) -> tuple[set[str], list[ItemLocation]]:
    """Return the ids of the events that the event store lacks, and the items that hold them."""
    present = _stored_ids(aws, stack)
    lacking, places = set(), []
    for events, place in written_events(aws, stack, []):
        if missing := {event.id for event in events} - present:
            lacking |= missing
            places.append(place)
    return lacking, places


def _stored_ids(aws: Aws, stack: Stack) -> set[str]:
    return {line.event.id for _, line in stored_lines(aws, stack) if isinstance(line, ReadEvent)}


def _request(aws: Aws, stack: Stack, place: ItemLocation) -> dict[str, Any]:
    name = stack.outputs[f"{place.table}TableName"]
    arn = aws.dynamodb.describe_table(TableName=name)["Table"]["TableArn"]
    return {"event_source_arn": arn, "keys": place.keys}


@reports_errors
def main() -> int:
    """Republish missing events of the developer's stack, and return the exit status."""
    console = SafeConsole(highlight=False)
    republished = republish(running_stack(LocalCloud.of_developer()))
    for event_id in sorted(republished):
        console.print(f"republished: {event_id}")
    if republished:
        console.print(f"Restored {len(republished)} events in the event store.")
    else:
        console.print("The event store is complete. Nothing to republish.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
