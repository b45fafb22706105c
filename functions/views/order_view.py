"""The view of an order: a pure mapping from events to groups of fields. The projector and `as_of` both use it.

Each group follows one source, and the source's last event wins, whatever the order and number of arrivals. So
folding any permutation of the events, with duplicates, gives the same view.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple, cast

from kernel.cloud_event import CloudEvent
from kernel.currencies import MINOR_UNIT_DIGITS

from pydantic import TypeAdapter, ValidationError

from order_document import OrderDocument, OrderSummary

# Raise it when the mapping changes: a rebuild then overwrites what an older mapping wrote.
PROJECTION = 2

Fields = dict[str, Any]

_summaries = TypeAdapter(OrderSummary)


class GroupChange(NamedTuple):
    """A group of the view's fields becomes `fields`, unless an event with a later `sequence` has written it."""

    group: str
    sequence: int
    fields: Fields


def _pick(*names: str) -> Callable[[CloudEvent], Fields]:
    return lambda event: {name: event.data[name] for name in names if name in event.data}


def _state(status: str, *names: str) -> Callable[[CloudEvent], Fields]:
    return lambda event: {"status": status} | _pick(*names)(event)


def _ordered(event: CloudEvent) -> Fields:
    return _pick("customer_id", "items", "total", "currency")(event) | {"placed_at": event.time}


def _decision(event: CloudEvent) -> Fields:
    return {"decision": event.data["status"], "decided_at": event.time}


_order_status = _pick("status", "reason")

_MAPPING: Mapping[tuple[str, str], Mapping[str, Callable[[CloudEvent], Fields]]] = {
    # The projector writes in this order. An order shows from `ordered` on: by then its status must be there.
    ("orders", "OrderPlaced"): {"order": _order_status, "ordered": _ordered},
    ("orders", "OrderReviewRequested"): {"order": _order_status},
    ("orders", "OrderReviewApproved"): {"order": _order_status},
    ("orders", "OrderConfirmed"): {"order": _order_status, "decision": _decision},
    ("orders", "OrderRejected"): {"order": _order_status, "decision": _decision},
    ("orders", "OrderCancelled"): {"order": _order_status, "decision": _decision},
    ("orders", "OrderNeedsAttention"): {"order": _order_status},
    ("orders", "OrderRetryRequested"): {"order": _order_status},
    ("orders", "OrderResolved"): {"order": _order_status},
    ("inventory", "StockReserved"): {"stock": _state("RESERVED")},
    ("inventory", "StockReservationRejected"): {"stock": _state("REJECTED", "out_of_stock")},
    ("inventory", "StockReleased"): {"stock": _state("RELEASED")},
    ("payments", "PaymentAuthorized"): {"payment": _state("AUTHORIZED", "payment_method")},
    ("payments", "PaymentDeclined"): {"payment": _state("DECLINED", "payment_method", "reason")},
    ("payments", "PaymentCaptured"): {"payment": _state("CAPTURED", "payment_method")},
    ("payments", "PaymentVoided"): {"payment": _state("VOIDED", "payment_method")},
    ("shipping", "ShipmentBooked"): {"shipment": _state("BOOKED", "carrier", "tracking_number")},
    ("shipping", "ShipmentRefused"): {"shipment": _state("REFUSED", "reason")},
    ("shipping", "ShipmentCancelled"): {"shipment": _state("CANCELLED")},
}


def changes_of(event: CloudEvent) -> list[GroupChange]:
    """Return what `event` changes in its order's view; nothing, for an event that the view does not know."""
    mapping = _MAPPING.get((event.source, event.type), {})
    return [GroupChange(group, event.sequence, fields(event)) for group, fields in mapping.items()]


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
