"""Remove from the views what no event of the store leads to: the last part of a rebuild, after the replay.

The replay marks every event that it projects. What has no mark is either not from the store, or so new that its
object was not there when the store was listed. To tell these two apart, the cleanup has two passes:

1. `CHECK` compares every item of the views with the marks, and notes the orders and products that differ.
2. The state machine waits until Firehose has delivered what it had accepted by then.
3. `REMOVE` replays the objects that are new since the listing. What was noted and still has no mark is removed, and
   the summaries are made from what remains.

An event that is projected while this goes on is never noted, so it stays. Both passes can be repeated: a call that runs
out of time says so, and the next one continues.
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
from rebuild_register import EVENTS_PREFIX, CleanupPass, Suspect
from view_upcasters import upcast

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

# Another writer may change a summary while it is replaced.
ATTEMPTS = 5
ORDERS, PRODUCTS = view_store.order_key(""), view_store.product_key("")

Item = dict[str, Any]
HasTime = Callable[[], bool]


class NextStep(StrEnum):
    """What the state machine does next."""

    CONTINUE = "CONTINUE"
    WAIT = "WAIT"
    END = "END"


class KeepsChanging(Exception):
    """Other writers changed a summary each time it was to be replaced."""


@cache
def _s3() -> "S3Client":
    return boto3.client("s3")


def clean_up(rebuild_id: str, has_time: HasTime) -> NextStep:
    """Do as much of the cleanup as there is time for.

    Raises:
        ClientError, KeepsChanging: A fault. Calling again continues.
    """
    state = rebuild_register.cleanup(rebuild_id)
    if state.phase is CleanupPass.CHECK:
        return _check(rebuild_id, state.start, has_time)
    return _remove(rebuild_id, has_time)


def _check(rebuild_id: str, start: dict[str, str] | None, has_time: HasTime) -> NextStep:
    while True:
        items, start = view_store.scan_page(start)
        for suspect in _suspects(rebuild_id, items):
            rebuild_register.put_suspect(rebuild_id, suspect)
        if start is None:
            break
        rebuild_register.put_cleanup(rebuild_id, CleanupPass.CHECK, start)
        if not has_time():
            return NextStep.CONTINUE
    if next(rebuild_register.suspects(rebuild_id), None) is None:
        return NextStep.END
    rebuild_register.put_cleanup(rebuild_id, CleanupPass.REMOVE, None)
    return NextStep.WAIT


def _suspects(rebuild_id: str, items: Iterable[Item]) -> Iterator[Suspect]:
    """Yield the orders and products of a page of the table that are not what their marked events lead to."""
    for key, group in groupby(items, key=lambda item: str(item["pk"])):
        # A page may end within an order, so what looks wrong is read as a whole.
        if (
            key.startswith((ORDERS, PRODUCTS))
            and _difference(rebuild_id, key, group)
            and (suspect := _difference(rebuild_id, key, view_store.items_of(key)))
        ):
            yield suspect


def _difference(rebuild_id: str, key: str, items: Iterable[Item]) -> Suspect | None:
    """Return how an order or a product differs from its marked events, or None."""
    summary, timeline = _parts(items)
    without_mark: tuple[str, ...] = ()
    if key.startswith(PRODUCTS):
        expected = _marked_product(rebuild_id, key)
    else:
        marks = rebuild_register.marks(rebuild_id, key)
        without_mark = tuple(sorted(timeline.keys() - marks))
        expected = order_summary(_events(timeline[sort_key] for sort_key in timeline.keys() & marks))
    if without_mark or view_store.summary_attributes(summary) != expected:
        return Suspect(key, without_mark, summary.get("product_seq"))
    return None


def _remove(rebuild_id: str, has_time: HasTime) -> NextStep:
    done = {replayed.key for replayed in rebuild_register.objects(rebuild_id) if replayed.done}
    for key in _stored_objects():
        if key not in done:
            replay_stored_object(rebuild_id, key)
            if not has_time():
                return NextStep.CONTINUE
    for suspect in rebuild_register.suspects(rebuild_id):
        for _ in range(ATTEMPTS):
            if _mend(rebuild_id, suspect):
                break
        else:
            raise KeepsChanging(suspect.key)
        rebuild_register.forget_suspect(rebuild_id, suspect)
        if not has_time():
            return NextStep.CONTINUE
    return NextStep.END


def _stored_objects() -> Iterator[str]:
    pages = (
        _s3().get_paginator("list_objects_v2").paginate(Bucket=setting("EVENT_STORE_BUCKET_NAME"), Prefix=EVENTS_PREFIX)
    )
    return (entry["Key"] for page in pages for entry in page.get("Contents", []))


def _mend(rebuild_id: str, suspect: Suspect) -> bool:
    """Make an order or a product what its events lead to; False if another writer changed it meanwhile."""
    if suspect.key.startswith(PRODUCTS):
        return _mend_product(rebuild_id, suspect)
    summary, timeline = _parts(view_store.items_of(suspect.key))
    marks = rebuild_register.marks(rebuild_id, suspect.key)
    for sort_key in set(suspect.without_mark) & timeline.keys() - marks:
        logger.warning("removed an event that the store does not hold", extra={"pk": suspect.key, "sk": sort_key})
        view_store.delete_timeline_item(suspect.key, sort_key)
        del timeline[sort_key]
    return _replace(suspect.key, summary, order_summary(_events(timeline.values())))


def _mend_product(rebuild_id: str, suspect: Suspect) -> bool:
    summary, _ = _parts(view_store.items_of(suspect.key))
    expected = _marked_product(rebuild_id, suspect.key)
    sequence, latest = summary.get("product_seq", 0), expected.get("product_seq", 0)
    if sequence > latest and sequence != suspect.product_sequence:
        return True  # projected after the check
    return _replace(suspect.key, summary, expected)


def _replace(key: str, summary: Item, expected: Item) -> bool:
    if view_store.summary_attributes(summary) == expected:
        return True
    logger.warning("replaced a summary by what the store's events lead to", extra={"pk": key, "deleted": not expected})
    return view_store.replace_summary(key, summary, expected)


def _marked_product(rebuild_id: str, key: str) -> Item:
    level = rebuild_register.latest_level(rebuild_id, key)
    return product_summary(upcast(level)) if level else {}


def _parts(items: Iterable[Item]) -> tuple[Item, dict[str, Item]]:
    """Return the summary, empty if there is none, and the items of the timeline by their sort keys."""
    found = {str(item["sk"]): item for item in items}
    return found.get(view_store.SUMMARY, {}), {
        sort_key: item for sort_key, item in found.items() if sort_key.startswith(view_store.TIMELINE)
    }


def _events(items: Iterable[Item]) -> Iterator[CloudEvent]:
    """Yield the events of a timeline's items that are valid; the others lead to nothing."""
    for item in items:
        try:
            event = upcast(CloudEvent.model_validate(item["event"]))
        except (ValueError, TypeError, KeyError):
            continue
        if is_valid(event):
            yield event
