"""The expected items of the views for given events: the projection's mapping without its writes.

A rebuild and the audit compare the views with these items.
"""

from collections.abc import Iterable, Mapping
from typing import Any

import order_view
import product_view
from kernel.cloud_event import CloudEvent
from view_store import PRODUCTS, customer_list, placed_on


def order_summary(events: Iterable[CloudEvent]) -> dict[str, Any]:
    """Return the summary of an order from its events, without the key. Empty if the events change no group."""
    latest: dict[str, order_view.GroupChange] = {}
    summary: dict[str, Any] = {}
    for event in events:
        for change in order_view.changes_of(event):
            if change.group in latest and latest[change.group].sequence >= change.sequence:
                continue
            latest[change.group] = change
            if change.group == "ordered":
                summary["list"] = customer_list(change.fields["customer_id"])
                summary["list_order"] = f"{event.time}#{event.subject}"
                summary["placed_on"] = placed_on(event.time, event.subject)
    for change in latest.values():
        summary |= _group(change.group, change.fields, change.sequence, order_view.PROJECTION)
    return summary


def product_summary(event: CloudEvent) -> dict[str, Any]:
    """Return the summary of a product from its level event, without the key."""
    fields = product_view.product_document(event)
    return {
        "list": PRODUCTS,
        "list_order": event.subject,
        **_group("product", fields, event.sequence, product_view.PROJECTION),
    }


def _group(group: str, fields: Mapping[str, Any], sequence: int, projection: int) -> dict[str, Any]:
    return {group: dict(fields), f"{group}_seq": sequence, f"{group}_projection": projection}
