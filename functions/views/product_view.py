"""The view of a product: its last level wins, by the product's version."""

from kernel.cloud_event import CloudEvent

from typing_extensions import TypedDict

PROJECTION = 1

LEVELS = frozenset({"ProductStocked", "StockLevelChanged"})


class ProductDocument(TypedDict):
    """A product: its price in minor units of `currency`, and how many may still be ordered."""

    sku: str
    name: str
    unit_price: int
    currency: str
    available: int


def is_level(event: CloudEvent) -> bool:
    """Whether the event tells a product's level."""
    return event.source == "inventory" and event.type in LEVELS


def product_document(event: CloudEvent) -> ProductDocument:
    """Return a product as `GET /products` shows it."""
    level = event.data
    return {
        "sku": level["sku"],
        "name": level["name"],
        "unit_price": level["unit_price"],
        "currency": level["currency"],
        "available": level["available"],
    }
