"""Remove data from the views that comes from no event in the event store. This is the last part of a rebuild.

The replay marks every event that it projects. An event without a mark is either not in the store, or so new that its
object did not exist when the store was listed. The cleanup distinguishes these cases in three steps:

1. The pass `CHECK` compares every item of the views with the marks, and stores each difference as a mismatch.
2. The state machine waits until Firehose has delivered all events that it had accepted.
3. The pass `REMOVE` replays the objects that are new since the listing. For each mismatch, it removes events that still
   have no mark, and recomputes the summaries from the remaining events.

An event that is projected after the check of its order is in no stored mismatch, so it stays. Both passes can be
repeated. A call that runs out of time returns CONTINUE, and the next call continues.
"""

from collections.abc import Callable, Iterable, Iterator
from enum import StrEnum
from functools import cache
from itertools import groupby
from typing import TYPE_CHECKING, Any

import boto3

import rebuild_register
import view_store
from event_models import is_valid
from event_replay import replay_stored_object
from expected_views import order_summary, product_summary
from kernel.cloud_event import CloudEvent
from kernel.observability import logger
from kernel.settings import setting
from rebuild_register import EVENTS_PREFIX, CleanupPass, Mismatch
from summary_replacement import replace_summary, summary_attributes
from view_upcasters import upcast

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

# Another writer may change a summary before its replacement is written.
CLEANUP_ATTEMPTS = 5
ORDERS, PRODUCTS = view_store.order_key(""), view_store.product_key("")

Item = dict[str, Any]
HasTime = Callable[[], bool]


class NextStep(StrEnum):
    """The next step of the state machine."""

    CONTINUE = "CONTINUE"
    WAIT = "WAIT"
    END = "END"


class TooManyConflicts(Exception):
    """Version conflict: other writers changed the summary first at every attempt."""


@cache
def _s3() -> "S3Client":
    return boto3.client("s3")


def clean_up(rebuild_id: str, has_time: HasTime) -> NextStep:
    """Continue the cleanup, as far as time allows.

    Args:
        rebuild_id: The rebuild.
        has_time: Returns whether enough time is left for another step.

    Raises:
        ClientError: A call to AWS failed. The next call continues.
        TooManyConflicts: A summary kept changing. The next call continues.
    """
    state = rebuild_register.cleanup(rebuild_id)
    if state.phase is CleanupPass.CHECK:
        return _check(rebuild_id, state.start, has_time)
    return _remove(rebuild_id, has_time)


def _check(rebuild_id: str, start: dict[str, str] | None, has_time: HasTime) -> NextStep:
    while True:
        items, start = view_store.scan_page(start)
        for mismatch in _mismatches(rebuild_id, items):
            rebuild_register.put_mismatch(rebuild_id, mismatch)
        if start is None:
            break
        rebuild_register.put_cleanup(rebuild_id, CleanupPass.CHECK, start)
        if not has_time():
            return NextStep.CONTINUE
    if next(rebuild_register.mismatches(rebuild_id), None) is None:
        return NextStep.END
    rebuild_register.put_cleanup(rebuild_id, CleanupPass.REMOVE, None)
    return NextStep.WAIT


def _mismatches(rebuild_id: str, items: Iterable[Item]) -> Iterator[Mismatch]:
    """Yield the orders and products of a page of the table that differ from their marked events."""
    for key, group in groupby(items, key=lambda item: str(item["pk"])):
        # A page may end inside an order, so an order or product that differs is read completely and compared again.
        if (
            key.startswith((ORDERS, PRODUCTS))
            and _mismatch(rebuild_id, key, group)
            and (mismatch := _mismatch(rebuild_id, key, view_store.items_of(key)))
        ):
            yield mismatch


def _mismatch(rebuild_id: str, key: str, items: Iterable[Item]) -> Mismatch | None:
    """Return the difference between an order or a product and its marked events, or None."""
    summary, timeline = _parts(items)
    without_mark: tuple[str, ...] = ()
    if key.startswith(PRODUCTS):
        expected = _marked_product(rebuild_id, key)
    else:
        marks = rebuild_register.marks(rebuild_id, key)
        without_mark = tuple(sorted(timeline.keys() - marks))
        expected = order_summary(_events(timeline[sort_key] for sort_key in timeline.keys() & marks))
    if without_mark or summary_attributes(summary) != expected:
        return Mismatch(key, without_mark, summary.get("product_seq"))
    return None


def _remove(rebuild_id: str, has_time: HasTime) -> NextStep:
    done = {replayed.key for replayed in rebuild_register.objects(rebuild_id) if replayed.done}
    for key in _stored_objects():
        if key not in done:
            replay_stored_object(rebuild_id, key)
            if not has_time():
                return NextStep.CONTINUE
    for mismatch in rebuild_register.mismatches(rebuild_id):
        for _ in range(CLEANUP_ATTEMPTS):
            if _repair(rebuild_id, mismatch):
                break
        else:
            raise TooManyConflicts(mismatch.key)
        rebuild_register.delete_mismatch(rebuild_id, mismatch)
        if not has_time():
            return NextStep.CONTINUE
    return NextStep.END


def _stored_objects() -> Iterator[str]:
    pages = (
        _s3().get_paginator("list_objects_v2").paginate(Bucket=setting("EVENT_STORE_BUCKET_NAME"), Prefix=EVENTS_PREFIX)
    )
    return (entry["Key"] for page in pages for entry in page.get("Contents", []))


def _repair(rebuild_id: str, mismatch: Mismatch) -> bool:
    """Write the view of an order or a product again, from its events.

    Returns:
        False if another writer changed the view first.
    """
    if mismatch.key.startswith(PRODUCTS):
        return _repair_product(rebuild_id, mismatch)
    summary, timeline = _parts(view_store.items_of(mismatch.key))
    marks = rebuild_register.marks(rebuild_id, mismatch.key)
    for sort_key in set(mismatch.without_mark) & timeline.keys() - marks:
        logger.warning("removed an event that is not in the event store", extra={"pk": mismatch.key, "sk": sort_key})
        view_store.delete_timeline_item(mismatch.key, sort_key)
        del timeline[sort_key]
    return _replace(mismatch.key, summary, order_summary(_events(timeline.values())))


def _repair_product(rebuild_id: str, mismatch: Mismatch) -> bool:
    summary, _ = _parts(view_store.items_of(mismatch.key))
    expected = _marked_product(rebuild_id, mismatch.key)
    sequence, latest = summary.get("product_seq", 0), expected.get("product_seq", 0)
    if sequence > latest and sequence != mismatch.product_sequence:
        return True  # A new level was projected after the check, so the view is current.
    return _replace(mismatch.key, summary, expected)


def _replace(key: str, summary: Item, expected: Item) -> bool:
    if summary_attributes(summary) == expected:
        return True
    logger.warning("replaced a summary that differed from its events", extra={"pk": key, "deleted": not expected})
    return replace_summary(key, summary, expected)


def _marked_product(rebuild_id: str, key: str) -> Item:
    level = rebuild_register.latest_level(rebuild_id, key)
    return product_summary(upcast(level)) if level else {}


def _parts(items: Iterable[Item]) -> tuple[Item, dict[str, Item]]:
    """Return the summary (empty if it is missing), and the items of the timeline by their sort keys."""
    by_sort_key = {str(item["sk"]): item for item in items}
    return by_sort_key.get(view_store.SUMMARY, {}), {
        sort_key: item for sort_key, item in by_sort_key.items() if sort_key.startswith(view_store.TIMELINE)
    }


def _events(items: Iterable[Item]) -> Iterator[CloudEvent]:
    """Yield the valid events of a timeline's items. An invalid event changes nothing in the summary."""
    for item in items:
        try:
            event = upcast(CloudEvent.model_validate(item["event"]))
        except (ValueError, TypeError, KeyError):
            continue
        if is_valid(event):
            yield event
