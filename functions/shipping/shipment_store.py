"""Shipments in their table, by order."""

from kernel.outbox import Outbox
from kernel.settings import setting

from shipment import Shipment


def shipments() -> Outbox[Shipment]:
    """Return the shipments, by order."""
    return Outbox(setting("SHIPPING_TABLE_NAME"), Shipment)
