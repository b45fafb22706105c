"""The register of rebuilds: the latest rebuild, and the progress of each one.

| item | rebuild_id | key | attributes |
|---|---|---|---|
| the latest rebuild | `LATEST` | `LATEST` | `latest`, its id; `claimed_at` |
| an object of a rebuild | the id | the object's key | `done`; then `applied`, `unreadable`, and the first `faults` |
| the result | the id | `RESULT` | `result_file`, the key of the list of unreadable content |
| the progress of the cleanup | the id | `CLEANUP` | `phase`; `start`, the key of the views' table where it continues |
| an order or product that differs | the id | `mismatch/`, its key in the views | `without_mark`, `product_sequence` |
| a mark: an event was projected | the id, `#`, its key in the views | see `put_mark` | a product's level: `event` |

An object's item is written before and after the replay, under the object's key. Therefore a repeated replay counts
nothing twice. After the replay, an object that was started but is not done has failed.
"""

import time
from collections.abc import Iterator
from enum import StrEnum
from typing import Any, NamedTuple

from botocore.exceptions import ClientError

import product_view
from kernel.cloud_event import CloudEvent
from kernel.dynamodb import dynamodb, from_item, is_condition_failure, to_item
from kernel.event_reader import Unreadable
from kernel.settings import setting
from kernel.timestamps import Timestamp
from view_store import order_key, product_key, timeline_key

EVENTS_PREFIX = "events/"
LATEST = {"rebuild_id": "LATEST", "key": "LATEST"}
RESULT = "RESULT"
CLEANUP = "CLEANUP"
MISMATCH = "mismatch/"
# 90 days: Step Functions keeps the history of an execution equally long.
RETENTION_SECONDS = 90 * 24 * 3600
# The limit per object. All faults of a damaged object would not fit into an item. The count includes all faults.
MAX_LISTED_FAULTS = 100


class ClaimConflict(Exception):
    """Another rebuild was claimed first."""


class Latest(NamedTuple):
    """The rebuild that was claimed last. The status of its execution shows whether it still runs."""

    rebuild_id: str
    claimed_at: Timestamp


class ReplayedObject(NamedTuple):
    """The result of replaying an object.

    Attributes:
        key: The object's key.
        done: Whether the replay has finished.
        applied: The number of events that were projected.
        unreadable: The number of faults: unreadable content or invalid events.
        faults: The first MAX_LISTED_FAULTS faults.
    """

    key: str
    done: bool
    applied: int = 0
    unreadable: int = 0
    faults: tuple[Unreadable, ...] = ()


class CleanupPass(StrEnum):
    """The two passes of the cleanup: see `view_cleanup`."""

    CHECK = "CHECK"
    REMOVE = "REMOVE"


class Cleanup(NamedTuple):
    """The current pass of the cleanup, and the key of the views' table where it continues (None: at the beginning)."""

    phase: CleanupPass
    start: dict[str, str] | None


class Mismatch(NamedTuple):
    """An order or a product whose view differed from its marked events.

    Attributes:
        key: The key of the order or product in the views.
        without_mark: The sort keys of its events without a mark.
        product_sequence: The sequence of a product's level; None for an order.
    """

    key: str
    without_mark: tuple[str, ...]
    product_sequence: int | None


def latest() -> Latest | None:
    """Return the latest rebuild, or None before the first one."""
    response = dynamodb().get_item(TableName=_table(), Key=to_item(LATEST), ConsistentRead=True)
    if "Item" not in response:
        return None
    item = from_item(response["Item"])
    return Latest(item["latest"], item["claimed_at"])


def claim(new: Latest, instead_of: Latest | None) -> None:
    """Make `new` the latest rebuild.

    Raises:
        ClaimConflict: `instead_of` is no longer the latest rebuild.
    """
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
            raise ClaimConflict from None
        raise


def put_object(rebuild_id: str, replayed: ReplayedObject) -> None:
    """Write the progress of an object. Overwrites its earlier progress."""
    faults = [fault._asdict() for fault in replayed.faults[:MAX_LISTED_FAULTS]]
    _put({"rebuild_id": rebuild_id, **replayed._asdict(), "faults": faults})


def objects(rebuild_id: str) -> Iterator[ReplayedObject]:
    """Yield the objects whose replay was started, sorted by key."""
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
    """Store the key of the rebuild's list of unreadable content."""
    _put({"rebuild_id": rebuild_id, "key": RESULT, "result_file": key})


def result_file(rebuild_id: str) -> str | None:
    """Return the key of the rebuild's list of unreadable content, or None if there is no list."""
    response = dynamodb().get_item(TableName=_table(), Key=to_item({"rebuild_id": rebuild_id, "key": RESULT}))
    return str(from_item(response["Item"])["result_file"]) if "Item" in response else None


def put_mark(rebuild_id: str, event: CloudEvent) -> None:
    """Record that the rebuild projected the event. A product's mark contains its level, because it has no timeline."""
    if product_view.is_level(event):
        level = {"key": f"{event.sequence:09d}", "event": event.document()}
        _put({"rebuild_id": _marks_key(rebuild_id, product_key(event.subject)), **level})
    else:
        _put({"rebuild_id": _marks_key(rebuild_id, order_key(event.subject)), "key": timeline_key(event)})


def marks(rebuild_id: str, key: str) -> set[str]:
    """Return the sort keys of an order's marked events in its timeline."""
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
    """Return the latest marked level of a product, or None."""
    response = dynamodb().query(
        TableName=_table(),
        KeyConditionExpression="rebuild_id = :id",
        ExpressionAttributeValues=to_item({":id": _marks_key(rebuild_id, key)}),
        ScanIndexForward=False,
        Limit=1,
        ConsistentRead=True,
    )
    return next((CloudEvent.model_validate(from_item(item)["event"]) for item in response["Items"]), None)


def _marks_key(rebuild_id: str, key: str) -> str:
    return f"{rebuild_id}#{key}"


def cleanup(rebuild_id: str) -> Cleanup:
    """Return the progress of the rebuild's cleanup."""
    key = to_item({"rebuild_id": rebuild_id, "key": CLEANUP})
    item = from_item(dynamodb().get_item(TableName=_table(), Key=key, ConsistentRead=True).get("Item", {}))
    return Cleanup(CleanupPass(item.get("phase", CleanupPass.CHECK)), item.get("start"))


def put_cleanup(rebuild_id: str, phase: CleanupPass, start: dict[str, str] | None) -> None:
    """Store the progress of the rebuild's cleanup."""
    _put({"rebuild_id": rebuild_id, "key": CLEANUP, "phase": phase.value, "start": start})


def put_mismatch(rebuild_id: str, mismatch: Mismatch) -> None:
    """Store an order or a product that differs from its marked events."""
    attributes = {"without_mark": list(mismatch.without_mark), "product_sequence": mismatch.product_sequence}
    _put({"rebuild_id": rebuild_id, "key": MISMATCH + mismatch.key, **attributes})


def mismatches(rebuild_id: str) -> Iterator[Mismatch]:
    """Yield the orders and products that are still stored as mismatches."""
    for item in _items(rebuild_id, MISMATCH):
        yield Mismatch(item["key"].removeprefix(MISMATCH), tuple(item["without_mark"]), item.get("product_sequence"))


def delete_mismatch(rebuild_id: str, mismatch: Mismatch) -> None:
    """Delete a mismatch, because the order or product now agrees with its events."""
    key = to_item({"rebuild_id": rebuild_id, "key": MISMATCH + mismatch.key})
    dynamodb().delete_item(TableName=_table(), Key=key)


def _put(item: dict[str, Any]) -> None:
    expires = int(time.time()) + RETENTION_SECONDS
    dynamodb().put_item(TableName=_table(), Item=to_item({**item, "expiration": expires}))


def _table() -> str:
    return setting("REBUILDS_TABLE_NAME")
