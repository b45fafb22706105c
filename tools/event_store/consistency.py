"""Compare the services' tables, the event store and the views. Pure: no AWS call.

The three are consistent if

- the event store holds every event of the tables,
- the tables hold every event of the event store with the same content, except a product's earlier stock levels,
- the views equal the projection of the tables' events, and
- the refunds and the restocked items in the tables agree with the payments, the reservations and the returns.
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
from tools.event_store.refund_balance import imbalances, refunds_in_progress
from view_store import SUMMARY, order_key, product_key, timeline_key
from view_upcasters import upcast

Item = Mapping[str, Any]
NOT_STORED = "in the table, missing in the event store"
STORED_DIFFERENTLY = "the table and the event store differ"
ONLY_STORED = "in the event store, but in no table"
NOT_PROJECTED = "invalid, so the projector rejects it"
REFUNDS_IN_PROGRESS = "refunds in progress"
EARLIER_LEVELS = "of these are earlier stock levels, which no table keeps"
# pk and sk of an item in the views table.
ViewKey = tuple[str, str]


class Difference(NamedTuple):
    """One inconsistency.

    Attributes:
        place: `tables`, `store` or `views`.
        id: The id of the event, or the key of the view.
        what: What is wrong with it.
    """

    place: str
    id: str
    what: str


@dataclass
class ConsistencyReport:
    """The result of a comparison.

    Attributes:
        counts: Number of compared items, by a label for the terminal.
        in_flight: Ids of recent events that are not stored yet, and subjects of recent views that still differ.
        differences: The inconsistencies, sorted.
    """

    counts: dict[str, int]
    in_flight: set[str] = field(default_factory=set)
    differences: list[Difference] = field(default_factory=list)


def compare(
    written: Iterable[CloudEvent], stored: Iterable[CloudEvent], views: Mapping[ViewKey, Item], cutoff: Timestamp
) -> ConsistencyReport:
    """Compare tables, event store and views.

    Args:
        written: The events in the tables. For a product, only the event of its latest stock level.
        stored: The events in the event store, in any order and with any number of copies.
        views: The items of the views table.
        cutoff: Events from this time on may still be in flight, so the event store and the views may lack them.
    """
    tables = {event.id: event for event in written}
    copies: dict[str, list[CloudEvent]] = defaultdict(list)
    for event in stored:
        copies[event.id].append(event)
    report = ConsistencyReport(
        {
            "events in the tables": len(tables),
            "events in the event store": len(copies),
            EARLIER_LEVELS: 0,
            "copies in the event store": sum(map(len, copies.values())) - len(copies),
            "items in the views": len(views),
        }
    )
    in_flight_subjects = {event.subject for event in tables.values() if event.time >= cutoff}
    for event in tables.values():
        _compare_stored(event, copies.get(event.id, []), report, in_flight=event.time >= cutoff)
        if not is_valid(upcast(event)):
            report.differences.append(Difference("tables", event.id, NOT_PROJECTED))
    latest = {event.subject: event for event in tables.values() if product_view.is_level(event)}
    for event_id in copies.keys() - tables.keys():
        if _is_earlier_level(copies[event_id][0], latest):
            report.counts[EARLIER_LEVELS] += 1
        else:
            report.differences.append(Difference("tables", event_id, ONLY_STORED))
    valid = list(filter(is_valid, map(upcast, tables.values())))
    report.differences += [Difference("tables", *imbalance) for imbalance in imbalances(valid, cutoff)]
    report.counts[REFUNDS_IN_PROGRESS] = refunds_in_progress(valid)
    _compare_views(expected_views(tables.values()), views, in_flight_subjects, report)
    report.differences.sort()
    return report


def expected_views(events: Iterable[CloudEvent]) -> dict[ViewKey, dict[str, Any]]:
    """Return the items of the views table after `events` are projected, by their keys.

    The projector rejects invalid events, so they produce no item.
    """
    items: dict[ViewKey, dict[str, Any]] = {}
    orders: dict[str, list[CloudEvent]] = defaultdict(list)
    for event in filter(is_valid, map(upcast, events)):
        if product_view.is_level(event):
            items[product_key(event.subject), SUMMARY] = product_summary(event)
        else:
            orders[event.subject].append(event)
    for order_id, order_events in orders.items():
        if summary := order_summary(order_events):
            items[order_key(order_id), SUMMARY] = summary
        for event in order_events:
            items[order_key(order_id), timeline_key(event)] = {"event": event.document()}
    return items


def _compare_stored(event: CloudEvent, copies: list[CloudEvent], report: ConsistencyReport, *, in_flight: bool) -> None:
    if not copies and in_flight:
        report.in_flight.add(event.id)
    elif not copies:
        report.differences.append(Difference("store", event.id, NOT_STORED))
    elif any(copy.document() != event.document() for copy in copies):
        report.differences.append(Difference("store", event.id, STORED_DIFFERENTLY))


def _is_earlier_level(event: CloudEvent, latest: Mapping[str, CloudEvent]) -> bool:
    return product_view.is_level(event) and event.subject in latest and event.sequence < latest[event.subject].sequence


def _compare_views(
    expected: Mapping[ViewKey, Item],
    actual: Mapping[ViewKey, Item],
    in_flight_subjects: set[str],
    report: ConsistencyReport,
) -> None:
    for key in expected.keys() | actual.keys():
        what = _view_difference(expected.get(key), actual.get(key))
        subject = key[0].partition("#")[2]
        if what and subject in in_flight_subjects:
            report.in_flight.add(subject)
        elif what:
            report.differences.append(Difference("views", _named(key), what))


def _view_difference(expected: Item | None, actual: Item | None) -> str | None:
    if expected is None:
        return "no event in the tables produces it"
    if actual is None:
        return "missing"
    names = (expected.keys() | actual.keys()) - {"pk", "sk"}
    wrong = sorted(name for name in names if expected.get(name) != actual.get(name))
    return f"differs from its events in: {', '.join(wrong)}" if wrong else None


def _named(key: ViewKey) -> str:
    return key[0] if key[1] == SUMMARY else " ".join(key)
