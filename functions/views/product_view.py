"""The view of a product: the level with the highest sequence wins."""

from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError
from typing_extensions import TypedDict

from event_models import ProductLevel, known_event
from kernel.cloud_event import CloudEvent

PROJECTION = 1


class ProductDocument(TypedDict):
    """A product, with its unit price in minor units of `currency` and the available stock."""

    sku: str
    name: str
    unit_price: int
    currency: str
    available: int


def is_level(event: CloudEvent) -> bool:
    """Return whether the event carries a product's level."""
    entry = known_event(event)
    return entry is not None and entry.group == "product"


def is_readable(summary: Mapping[str, Any]) -> bool:
    """Return whether a product's summary is valid, so the API can return it."""
    try:
        ProductLevel.model_validate(summary.get("product"))
    except ValidationError:
        return False
    return True


def product_document(event: CloudEvent) -> ProductDocument:
    """Return a product for `GET /products`."""
    level = event.data
    return {
        "sku": level["sku"],
        "name": level["name"],
        "unit_price": level["unit_price"],
        "currency": level["currency"],
        "available": level["available"],
    }
