"""The view of a product: its last level wins, by the product's version."""

from typing import Any

from kernel.cloud_event import CloudEvent

PROJECTION = 1

LEVELS = frozenset({"ProductStocked", "StockLevelChanged"})


def is_level(event: CloudEvent) -> bool:
    """Whether the event tells a product's level."""
    return event.source == "inventory" and event.type in LEVELS


def product_document(event: CloudEvent) -> dict[str, Any]:
    """Return a product as `GET /products` shows it."""
    return {name: event.data[name] for name in ("sku", "name", "unit_price", "currency", "available")}
