"""Shipments in their table, by order."""

from pydantic import TypeAdapter

from kernel.outbox import Outbox
from kernel.settings import setting
from shipment import Shipment

_SHIPMENT: TypeAdapter[Shipment] = TypeAdapter(Shipment)


def shipments() -> Outbox[Shipment]:
    """Return the shipments, by order."""
    return Outbox(setting("SHIPPING_TABLE_NAME"), _SHIPMENT.validate_python)
