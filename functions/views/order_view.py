"""The view of an order: a pure mapping from events to groups of fields. The projection and `as_of` both use it.

The event catalogue defines which group an event updates. Each group depends on one source, and that source's last event
wins. Therefore, folding the events in any order and with duplicates gives the same view.
"""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple, cast

from pydantic import TypeAdapter, ValidationError

from event_models import known_event
from kernel.cloud_event import CloudEvent
from kernel.currencies import MINOR_UNIT_DIGITS
from order_document import OrderDocument, OrderSummary, ReturnState

# Increment it when the mapping changes, here or in the catalogue. A rebuild then overwrites groups of older mappings.
PROJECTION = 2

# The group of a return has this prefix and the id of the return.
RETURN = "return#"

Fields = dict[str, Any]

_summaries = TypeAdapter(OrderSummary)


class GroupChange(NamedTuple):
    """The new fields of a group of the view, unless an event with a later `sequence` has already written the group."""

    group: str
    sequence: int
    fields: Fields


def _group(event: CloudEvent, name: str) -> str:
    """Return the group's name. Each return has a group of its own, so returns do not overwrite each other."""
    return f"{RETURN}{event.data['return_id']}" if name == "return" else name


def _returns(groups: Mapping[str, Fields]) -> list[ReturnState]:
    """Return the returns of an order, oldest first, with the items as the API shows them."""
    found = [fields for name, fields in groups.items() if name.startswith(RETURN) and isinstance(fields, Mapping)]
    returns = [
        {**each, "items": [{"sku": line["sku"], "quantity": line["quantity"]} for line in each["items"]]}
        for each in sorted(found, key=lambda each: (each["requested_at"], each["return_id"]))
    ]
    return cast(list[ReturnState], returns)


def _ordered(event: CloudEvent) -> Fields:
    return _pick(event, "customer_id", "items", "total", "currency") | {"placed_at": event.time}


def _decision(event: CloudEvent) -> Fields:
    return {"decision": event.data["status"], "decided_at": event.time}


def _pick(event: CloudEvent, *names: str) -> Fields:
    return {name: event.data[name] for name in names if name in event.data}


def changes_of(event: CloudEvent) -> list[GroupChange]:
    """Return the changes of an order's event to the view. Empty if the catalogue names no group for the event."""
    entry = known_event(event)
    if entry is None or entry.group is None:
        return []
    status = {"status": entry.status} if entry.status else {}
    # The projection writes in this order. `ordered` makes the order visible, so its status must be written before.
    groups = {_group(event, entry.group): status | _pick(event, *entry.members)}
    if entry.decision:
        groups["decision"] = _decision(event)
    if event.type == "OrderPlaced":
        groups["ordered"] = _ordered(event)
    return [GroupChange(group, event.sequence, fields) for group, fields in groups.items()]


def fold(events: Iterable[CloudEvent]) -> dict[str, Fields]:
    """Return the groups of the view after all `events`, which may be in any order and contain duplicates."""
    latest: dict[str, GroupChange] = {}
    for event in events:
        for change in changes_of(event):
            if change.group not in latest or latest[change.group].sequence < change.sequence:
                latest[change.group] = change
    return {group: change.fields for group, change in latest.items()}


def timeline(events: Iterable[CloudEvent]) -> list[CloudEvent]:
    """Return the events without duplicates, sorted by time, source and sequence."""
    return sorted({event.id: event for event in events}.values(), key=lambda e: (e.time, e.source, e.sequence))


def is_readable(order_id: str, groups: Mapping[str, Any]) -> bool:
    """Return whether the groups of a view are complete and valid, so the API can return the order."""
    try:
        summary = _summaries.validate_python(summary_document(order_id, groups), strict=True)
        _returns(groups)
        return bool(groups["ordered"]["customer_id"]) and summary["currency"] in MINOR_UNIT_DIGITS
    except (ValidationError, KeyError, TypeError):
        return False


def summary_document(order_id: str, groups: Mapping[str, Fields]) -> OrderSummary:
    """Return an order for a list of orders."""
    ordered = groups["ordered"]
    summary = {
        "order_id": order_id,
        **groups["order"],
        **{name: ordered[name] for name in ("items", "total", "currency", "placed_at")},
    }
    # The mapping above writes the groups in the API's format. Tests validate every response by the published schema.
    return cast(OrderSummary, summary)


def order_document(order_id: str, groups: Mapping[str, Fields], events: Iterable[CloudEvent]) -> OrderDocument:
    """Return an order for `GET /orders/{order_id}`. `updated_at` is the latest time of the timeline."""
    sorted_events = timeline(events)
    document = {
        **summary_document(order_id, groups),
        "updated_at": sorted_events[-1].time,
        "stock": groups.get("stock"),
        "payment": groups.get("payment"),
        "shipment": groups.get("shipment"),
        "returns": _returns(groups),
        **groups.get("refund", {}),
        "timeline": [
            {"type": event.type, "time": event.time, "source": event.source, "sequence": event.sequence}
            for event in sorted_events
        ],
    }
    return cast(OrderDocument, document)
