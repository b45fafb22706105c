"""Shipments in their table, by order."""

from shipment import Shipment

from kernel.outbox import Outbox
from kernel.settings import setting


def shipments() -> Outbox[Shipment]:
    """Return the shipments, by order."""
    return Outbox(setting("SHIPPING_TABLE_NAME"), Shipment)
