"""The view of an order: a pure mapping from events to groups of fields. The projector and `as_of` both use it.

The event catalogue says which group an event updates. Each group follows one source, and the source's last event
wins. So folding any permutation of the events, with duplicates, gives the same view.
"""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple, cast

from pydantic import TypeAdapter, ValidationError

from event_models import known_event
from kernel.cloud_event import CloudEvent
from kernel.currencies import MINOR_UNIT_DIGITS
from order_document import OrderDocument, OrderSummary

# Raise it when the mapping changes, here or in the catalogue: a rebuild then overwrites what an older mapping wrote.
PROJECTION = 2

Fields = dict[str, Any]

_summaries = TypeAdapter(OrderSummary)


class GroupChange(NamedTuple):
    """A group of the view's fields becomes `fields`, unless an event with a later `sequence` has written it."""

    group: str
    sequence: int
    fields: Fields


def _ordered(event: CloudEvent) -> Fields:
    return _pick(event, "customer_id", "items", "total", "currency") | {"placed_at": event.time}


def _decision(event: CloudEvent) -> Fields:
    return {"decision": event.data["status"], "decided_at": event.time}


def _pick(event: CloudEvent, *names: str) -> Fields:
    return {name: event.data[name] for name in names if name in event.data}


def changes_of(event: CloudEvent) -> list[GroupChange]:
    """Return what an order's event changes in its view: nothing if the catalogue names no group for it."""
    entry = known_event(event)
    if entry is None or entry.group is None:
        return []
    status = {"status": entry.status} if entry.status else {}
    # The projector writes in this order. An order shows from `ordered` on: by then its status must be there.
    groups = {entry.group: status | _pick(event, *entry.members)}
    if entry.decision:
        groups["decision"] = _decision(event)
    if event.type == "OrderPlaced":
        groups["ordered"] = _ordered(event)
    return [GroupChange(group, event.sequence, fields) for group, fields in groups.items()]


def fold(events: Iterable[CloudEvent]) -> dict[str, Fields]:
    """Return the groups of the view that `events`, in any order, with any duplicates, amount to."""
    latest: dict[str, GroupChange] = {}
    for event in events:
        for change in changes_of(event):
            if change.group not in latest or latest[change.group].sequence < change.sequence:
                latest[change.group] = change
    return {group: change.fields for group, change in latest.items()}


def timeline(events: Iterable[CloudEvent]) -> list[CloudEvent]:
    """Return each of the events once, sorted by time, source and sequence."""
    return sorted({event.id: event for event in events}.values(), key=lambda e: (e.time, e.source, e.sequence))


def is_readable(order_id: str, groups: Mapping[str, Any]) -> bool:
    """Whether the groups of a view are an order that the API can show."""
    try:
        summary = _summaries.validate_python(summary_document(order_id, groups), strict=True)
        return bool(groups["ordered"]["customer_id"]) and summary["currency"] in MINOR_UNIT_DIGITS
    except (ValidationError, KeyError, TypeError):
        return False


def summary_document(order_id: str, groups: Mapping[str, Fields]) -> OrderSummary:
    """Return an order as a list of orders shows it."""
    ordered = groups["ordered"]
    summary = {
        "order_id": order_id,
        **groups["order"],
        **{name: ordered[name] for name in ("items", "total", "currency", "placed_at")},
    }
    # The groups are shown as the mapping above made them; the tests hold every answer to the published schema.
    return cast(OrderSummary, summary)


def order_document(order_id: str, groups: Mapping[str, Fields], events: Iterable[CloudEvent]) -> OrderDocument:
    """Return an order as `GET /orders/{order_id}` shows it; `updated_at` is the latest time of the timeline."""
    story = timeline(events)
    document = {
        **summary_document(order_id, groups),
        "updated_at": story[-1].time,
        "stock": groups.get("stock"),
        "payment": groups.get("payment"),
        "shipment": groups.get("shipment"),
        "timeline": [
            {"type": event.type, "time": event.time, "source": event.source, "sequence": event.sequence}
            for event in story
        ],
    }
    return cast(OrderDocument, document)
