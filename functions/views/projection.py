"""The projection: write the changes of an event to the views. Idempotent, and independent of the order of events."""

import order_view
import product_view
from event_models import check_event
from kernel.cloud_event import CloudEvent
from order_place import place_of
from view_store import (
    PRODUCTS,
    ListPlace,
    change_groups,
    order_key,
    product_key,
    put_timeline_event,
)


def project(event: CloudEvent) -> None:
    """Validate the event, then write its changes. Does not overwrite the changes of later events.

    Raises:
        InvalidEvent: The views do not know its type or version, or its subject is invalid. Nothing is written.
        pydantic.ValidationError: The event does not match its type. Nothing is written.
        ClientError: DynamoDB refused a write. Projecting the event again is safe.
    """
    check_event(event)
    if product_view.is_level(event):
        project_product(event)
    else:
        project_order(event)


def project_order(event: CloudEvent) -> None:
    """Add the event to its order's timeline, and apply its changes to the order's summary."""
    put_timeline_event(event)
    groups = {change.group: change.fields for change in order_view.changes_of(event)}
    if not groups:
        return
    place = None
    if "ordered" in groups:
        place = place_of(event.subject, groups["ordered"]["customer_id"], event.time)
    change_groups(
        order_key(event.subject), groups, sequence=event.sequence, projection=order_view.PROJECTION, place=place
    )


def project_product(event: CloudEvent) -> None:
    """Write the product, with its price and level, to its summary."""
    change_groups(
        product_key(event.subject),
        {"product": product_view.product_document(event)},
        sequence=event.sequence,
        projection=product_view.PROJECTION,
        place=ListPlace(PRODUCTS, event.subject),
    )
