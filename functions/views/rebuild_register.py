"""The register of rebuilds: which is the latest one, and what became of each object that it replayed.

| item | rebuild_id | key | attributes |
|---|---|---|---|
| the latest rebuild | `LATEST` | `LATEST` | `latest`, its id; `claimed_at` |
| an object of a rebuild | the id | the object's key | `done`; then `applied`, `unreadable`, and the first `faults` |
| what it left | the id | `RESULT` | `result_file`, the key of the list of what could not be read |

An object's item is written before and after it is replayed, by its key: replaying it again counts nothing twice, and
one that was begun and is not done has failed.
"""

import time
from collections.abc import Iterator
from typing import Any, NamedTuple

from kernel.dynamodb import condition_failed, dynamodb, from_item, to_item
from kernel.settings import setting
from kernel.timestamps import Timestamp

from botocore.exceptions import ClientError

from event_reader import Unreadable

EVENTS_PREFIX = "events/"
LATEST = {"rebuild_id": "LATEST", "key": "LATEST"}
RESULT = "RESULT"
# As long as Step Functions remembers an execution.
KEPT_SECONDS = 90 * 24 * 3600
# Of one object: an object of pure garbage would not fit into an item. All are counted.
FAULTS_LISTED = 100


class ClaimedMeanwhile(Exception):
    """Somebody else has just become the latest rebuild."""


class Latest(NamedTuple):
    """The rebuild that was claimed last; whether it still runs, Step Functions knows."""

    rebuild_id: str
    claimed_at: Timestamp


class ReplayedObject(NamedTuple):
    """What was replayed of an object: how many events were applied, and how many things in it cannot be read."""

    key: str
    done: bool
    applied: int = 0
    unreadable: int = 0
    faults: tuple[Unreadable, ...] = ()


def latest() -> Latest | None:
    """Return the latest rebuild, or None before the first one."""
    answer = dynamodb().get_item(TableName=_table(), Key=to_item(LATEST), ConsistentRead=True)
    if "Item" not in answer:
        return None
    item = from_item(answer["Item"])
    return Latest(item["latest"], item["claimed_at"])


def claim(new: Latest, instead_of: Latest | None) -> None:
    """Make `new` the latest rebuild. Raises: ClaimedMeanwhile: `instead_of` is not the latest one any more."""
    condition, values = "attribute_not_exists(latest)", {}
    if instead_of:
        condition, values = "latest = :latest", {":latest": instead_of.rebuild_id}
    try:
        dynamodb().put_item(
            TableName=_table(),
            Item=to_item({**LATEST, "latest": new.rebuild_id, "claimed_at": new.claimed_at}),
            ConditionExpression=condition,
            **({"ExpressionAttributeValues": to_item(values)} if values else {}),  # type: ignore[arg-type]
        )
    except ClientError as error:
        if condition_failed(error):
            raise ClaimedMeanwhile from None
        raise


def put_object(rebuild_id: str, replayed: ReplayedObject) -> None:
    """Write what is known of an object, over what was."""
    faults = [fault._asdict() for fault in replayed.faults[:FAULTS_LISTED]]
    _put({"rebuild_id": rebuild_id, **replayed._asdict(), "faults": faults})


def objects(rebuild_id: str) -> Iterator[ReplayedObject]:
    """Yield the objects that were begun, by their keys."""
    pages = (
        dynamodb()
        .get_paginator("query")
        .paginate(
            TableName=_table(),
            KeyConditionExpression="rebuild_id = :id AND begins_with(#key, :prefix)",
            ExpressionAttributeNames={"#key": "key"},
            ExpressionAttributeValues=to_item({":id": rebuild_id, ":prefix": EVENTS_PREFIX}),
        )
    )
    for item in (from_item(item) for page in pages for item in page["Items"]):
        faults = tuple(Unreadable(**fault) for fault in item["faults"])
        yield ReplayedObject(item["key"], item["done"], item["applied"], item["unreadable"], faults)


def put_result_file(rebuild_id: str, key: str) -> None:
    """Remember where the rebuild's list of what could not be read is."""
    _put({"rebuild_id": rebuild_id, "key": RESULT, "result_file": key})


def result_file(rebuild_id: str) -> str | None:
    """Return the key of that list, if there is one."""
    answer = dynamodb().get_item(TableName=_table(), Key=to_item({"rebuild_id": rebuild_id, "key": RESULT}))
    return str(from_item(answer["Item"])["result_file"]) if "Item" in answer else None


def _put(item: dict[str, Any]) -> None:
    expires = int(time.time()) + KEPT_SECONDS
    dynamodb().put_item(TableName=_table(), Item=to_item({**item, "expiration": expires}))


def _table() -> str:
    return setting("REBUILDS_TABLE_NAME")
