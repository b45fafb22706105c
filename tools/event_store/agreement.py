"""Whether three things agree: the services' tables, the event store, and the views. Pure.

- The store holds every event that the tables hold; of a product's levels the tables know only the latest.
- The tables hold every event that the store holds, and it is the same one.
- The views are what the tables' events come to, by the views' own mapping.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import product_view
from event_models import is_valid
from expected_views import order_summary, product_summary
from kernel.cloud_event import CloudEvent
from kernel.timestamps import Timestamp
from view_store import SUMMARY, order_key, product_key, timeline_key
from view_upcasters import upcast

Item = Mapping[str, Any]
NOT_STORED = "the table has it, the store does not"
STORED_OTHERWISE = "the store tells it otherwise than the table"
ONLY_STORED = "the store has it, no table does"
NOT_PROJECTED = "the projector refuses it"
EARLIER_LEVELS = "of these earlier levels of products, which no table keeps"
# pk and sk of an item of the views.
ViewKey = tuple[str, str]


class Difference(NamedTuple):
    """Something that is amiss: in which of the `tables`, the `store`, the `views`; of what; and how."""

    place: str
    id: str
    what: str


@dataclass
class Agreement:
    """What was compared: how many of each, what is on its way and left out, and what differs."""

    counts: dict[str, int]
    in_flight: set[str] = field(default_factory=set)
    differences: list[Difference] = field(default_factory=list)


def compare(
    written: Iterable[CloudEvent], stored: Iterable[CloudEvent], views: Mapping[ViewKey, Item], cutoff: Timestamp
) -> Agreement:
    """Compare the three.

    Args:
        written: what the tables hold; of a product the event of its latest level.
        stored: what the store holds, in any order, with any copies.
        views: the items of the views' table.
        cutoff: events from then on may be on their way: what they alone would explain is no difference.
    """
    tables = {event.id: event for event in written}
    copies: dict[str, list[CloudEvent]] = defaultdict(list)
    for event in stored:
        copies[event.id].append(event)
    agreement = Agreement(
        {
            "events in the tables": len(tables),
            "events in the store": len(copies),
            EARLIER_LEVELS: 0,
            "copies in the store": sum(map(len, copies.values())) - len(copies),
            "items in the views": len(views),
        }
    )
    young = {event.subject for event in tables.values() if event.time >= cutoff}
    for event in tables.values():
        _compare_stored(event, copies.get(event.id, []), agreement, in_flight=event.time >= cutoff)
        if not is_valid(upcast(event)):
            agreement.differences.append(Difference("tables", event.id, NOT_PROJECTED))
    latest = {event.subject: event for event in tables.values() if product_view.is_level(event)}
    for event_id in copies.keys() - tables.keys():
        if _was_a_level_before(copies[event_id][0], latest):
            agreement.counts[EARLIER_LEVELS] += 1
        else:
            agreement.differences.append(Difference("tables", event_id, ONLY_STORED))
    _compare_views(expected_views(tables.values()), views, young, agreement)
    agreement.differences.sort()
    return agreement


def expected_views(events: Iterable[CloudEvent]) -> dict[ViewKey, dict[str, Any]]:
    """Return the items that the views' table holds when `events` are projected, by their keys.

    The projector refuses an event that is not what its type promises, so it leads to no item.
    """
    items: dict[ViewKey, dict[str, Any]] = {}
    orders: dict[str, list[CloudEvent]] = defaultdict(list)
    for event in filter(is_valid, map(upcast, events)):
        if product_view.is_level(event):
            items[product_key(event.subject), SUMMARY] = product_summary(event)
        else:
            orders[event.subject].append(event)
    for order_id, story in orders.items():
        if summary := order_summary(story):
            items[order_key(order_id), SUMMARY] = summary
        for event in story:
            items[order_key(order_id), timeline_key(event)] = {"event": event.document()}
    return items


def _compare_stored(event: CloudEvent, copies: list[CloudEvent], agreement: Agreement, *, in_flight: bool) -> None:
    if not copies and in_flight:
        agreement.in_flight.add(event.id)
    elif not copies:
        agreement.differences.append(Difference("store", event.id, NOT_STORED))
    elif any(copy.document() != event.document() for copy in copies):
        agreement.differences.append(Difference("store", event.id, STORED_OTHERWISE))


def _was_a_level_before(event: CloudEvent, latest: Mapping[str, CloudEvent]) -> bool:
    return product_view.is_level(event) and event.subject in latest and event.sequence < latest[event.subject].sequence


def _compare_views(
    expected: Mapping[ViewKey, Item], found: Mapping[ViewKey, Item], young: set[str], agreement: Agreement
) -> None:
    for key in expected.keys() | found.keys():
        what = _view_difference(expected.get(key), found.get(key))
        subject = key[0].partition("#")[2]
        if what and subject in young:
            agreement.in_flight.add(subject)
        elif what:
            agreement.differences.append(Difference("views", _named(key), what))


def _view_difference(expected: Item | None, found: Item | None) -> str | None:
    if expected is None:
        return "no event of the tables leads to it"
    if found is None:
        return "it is missing"
    names = (expected.keys() | found.keys()) - {"pk", "sk"}
    wrong = sorted(name for name in names if expected.get(name) != found.get(name))
    return f"it is not what its events come to: {', '.join(wrong)}" if wrong else None


def _named(key: ViewKey) -> str:
    return key[0] if key[1] == SUMMARY else " ".join(key)
