"""The expected items of the views for given events: the projection's mapping without its writes.

A rebuild and the audit compare the views with these items.
"""

from collections.abc import Iterable, Mapping
from typing import Any

import order_view
import product_view
from kernel.cloud_event import CloudEvent
from order_place import place_of
from view_store import PRODUCTS, ListPlace


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
                summary |= place_of(event.subject, change.fields["customer_id"], event.time).attributes()
    for change in latest.values():
        summary |= _group(change.group, change.fields, change.sequence, order_view.PROJECTION)
    return summary


def product_summary(event: CloudEvent) -> dict[str, Any]:
    """Return the summary of a product from its level event, without the key."""
    fields = product_view.product_document(event)
    return {
        **ListPlace(PRODUCTS, event.subject).attributes(),
        **_group("product", fields, event.sequence, product_view.PROJECTION),
    }


def _group(group: str, fields: Mapping[str, Any], sequence: int, projection: int) -> dict[str, Any]:
    return {group: dict(fields), f"{group}_seq": sequence, f"{group}_projection": projection}
