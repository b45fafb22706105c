"""The register of rebuilds: which is the latest one, and what became of each object that it replayed.

| item | rebuild_id | key | attributes |
|---|---|---|---|
| the latest rebuild | `LATEST` | `LATEST` | `latest`, its id; `claimed_at` |
| an object of a rebuild | the id | the object's key | `done`; then `applied`, `unreadable`, and the first `faults` |
| what it left | the id | `RESULT` | `result_file`, the key of the list of what could not be read |
| how far its cleanup is | the id | `CLEANUP` | `phase`, and `start`, the key of the views' table where it continues |
| an order or product that differs | the id | `suspect/`, its key in the views | `without_mark`, `product_sequence` |
| a mark: an event that it projected | the id, `#`, its key in the views | see `put_mark` | a product's level: `event` |

An object's item is written before and after it is replayed, by its key: replaying it again counts nothing twice, and
one that was begun and is not done has failed.
"""

import time
from collections.abc import Iterator
from enum import StrEnum
from typing import Any, NamedTuple

from botocore.exceptions import ClientError

import product_view
from event_reader import Unreadable
from kernel.cloud_event import CloudEvent
from kernel.dynamodb import dynamodb, from_item, is_condition_failure, to_item
from kernel.settings import setting
from kernel.timestamps import Timestamp
from view_store import order_key, product_key, timeline_key

EVENTS_PREFIX = "events/"
LATEST = {"rebuild_id": "LATEST", "key": "LATEST"}
RESULT = "RESULT"
CLEANUP = "CLEANUP"
SUSPECT = "suspect/"
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


class CleanupPass(StrEnum):
    CHECK = "CHECK"
    REMOVE = "REMOVE"


class Cleanup(NamedTuple):
    """The pass that the cleanup is in, and the key of the views' table where it continues (None: the beginning)."""

    phase: CleanupPass
    start: dict[str, str] | None


class Suspect(NamedTuple):
    """An order or a product whose view differed from its marked events: by its key in the views.

    `without_mark` are the sort keys of its events without a mark, `product_sequence` is that of a product's level.
    """

    key: str
    without_mark: tuple[str, ...]
    product_sequence: int | None


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
        if is_condition_failure(error):
            raise ClaimedMeanwhile from None
        raise


def put_object(rebuild_id: str, replayed: ReplayedObject) -> None:
    """Write what is known of an object, over what was."""
    faults = [fault._asdict() for fault in replayed.faults[:FAULTS_LISTED]]
    _put({"rebuild_id": rebuild_id, **replayed._asdict(), "faults": faults})


def objects(rebuild_id: str) -> Iterator[ReplayedObject]:
    """Yield the objects that were begun, by their keys."""
    for item in _items(rebuild_id, EVENTS_PREFIX):
        faults = tuple(Unreadable(**fault) for fault in item["faults"])
        yield ReplayedObject(item["key"], item["done"], item["applied"], item["unreadable"], faults)


def _items(rebuild_id: str, prefix: str) -> Iterator[dict[str, Any]]:
    pages = (
        dynamodb()
        .get_paginator("query")
        .paginate(
            TableName=_table(),
            KeyConditionExpression="rebuild_id = :id AND begins_with(#key, :prefix)",
            ExpressionAttributeNames={"#key": "key"},
            ExpressionAttributeValues=to_item({":id": rebuild_id, ":prefix": prefix}),
            ConsistentRead=True,
        )
    )
    return (from_item(item) for page in pages for item in page["Items"])


def put_result_file(rebuild_id: str, key: str) -> None:
    """Remember where the rebuild's list of what could not be read is."""
    _put({"rebuild_id": rebuild_id, "key": RESULT, "result_file": key})


def result_file(rebuild_id: str) -> str | None:
    """Return the key of that list, if there is one."""
    answer = dynamodb().get_item(TableName=_table(), Key=to_item({"rebuild_id": rebuild_id, "key": RESULT}))
    return str(from_item(answer["Item"])["result_file"]) if "Item" in answer else None


def put_mark(rebuild_id: str, event: CloudEvent) -> None:
    """Note that the rebuild has projected the event. A product's level is kept with it: its view has no timeline."""
    if product_view.is_level(event):
        level = {"key": f"{event.sequence:09d}", "event": event.document()}
        _put({"rebuild_id": _marks_key(rebuild_id, product_key(event.subject)), **level})
    else:
        _put({"rebuild_id": _marks_key(rebuild_id, order_key(event.subject)), "key": timeline_key(event)})


def marks(rebuild_id: str, key: str) -> set[str]:
    """Return the sort keys that the projected events of an order have in its timeline."""
    pages = (
        dynamodb()
        .get_paginator("query")
        .paginate(
            TableName=_table(),
            KeyConditionExpression="rebuild_id = :id",
            ExpressionAttributeValues=to_item({":id": _marks_key(rebuild_id, key)}),
            ConsistentRead=True,
        )
    )
    return {str(from_item(item)["key"]) for page in pages for item in page["Items"]}


def latest_level(rebuild_id: str, key: str) -> CloudEvent | None:
    """Return the latest of the projected levels of a product, or None."""
    answer = dynamodb().query(
        TableName=_table(),
        KeyConditionExpression="rebuild_id = :id",
        ExpressionAttributeValues=to_item({":id": _marks_key(rebuild_id, key)}),
        ScanIndexForward=False,
        Limit=1,
        ConsistentRead=True,
    )
    return next((CloudEvent.model_validate(from_item(item)["event"]) for item in answer["Items"]), None)


def _marks_key(rebuild_id: str, key: str) -> str:
    return f"{rebuild_id}#{key}"


def cleanup(rebuild_id: str) -> Cleanup:
    """Return how far the rebuild's cleanup is."""
    key = to_item({"rebuild_id": rebuild_id, "key": CLEANUP})
    item = from_item(dynamodb().get_item(TableName=_table(), Key=key, ConsistentRead=True).get("Item", {}))
    return Cleanup(CleanupPass(item.get("phase", CleanupPass.CHECK)), item.get("start"))


def put_cleanup(rebuild_id: str, phase: CleanupPass, start: dict[str, str] | None) -> None:
    """Remember how far the rebuild's cleanup is."""
    _put({"rebuild_id": rebuild_id, "key": CLEANUP, "phase": phase.value, "start": start})


def put_suspect(rebuild_id: str, suspect: Suspect) -> None:
    """Note an order or a product that differs from its marked events."""
    found = {"without_mark": list(suspect.without_mark), "product_sequence": suspect.product_sequence}
    _put({"rebuild_id": rebuild_id, "key": SUSPECT + suspect.key, **found})


def suspects(rebuild_id: str) -> Iterator[Suspect]:
    """Yield the orders and products that were noted and not forgotten."""
    for item in _items(rebuild_id, SUSPECT):
        yield Suspect(item["key"].removeprefix(SUSPECT), tuple(item["without_mark"]), item.get("product_sequence"))


def forget_suspect(rebuild_id: str, suspect: Suspect) -> None:
    """Take back the note: the order or product is what its events lead to."""
    key = to_item({"rebuild_id": rebuild_id, "key": SUSPECT + suspect.key})
    dynamodb().delete_item(TableName=_table(), Key=key)


def _put(item: dict[str, Any]) -> None:
    expires = int(time.time()) + KEPT_SECONDS
    dynamodb().put_item(TableName=_table(), Item=to_item({**item, "expiration": expires}))


def _table() -> str:
    return setting("REBUILDS_TABLE_NAME")
