"""Repository of shipments."""

from pydantic import TypeAdapter

from kernel.outbox import Outbox
from kernel.settings import setting
from shipment import Shipment

_SHIPMENT: TypeAdapter[Shipment] = TypeAdapter(Shipment)


def shipments() -> Outbox[Shipment]:
    """Return the repository of shipments by order id."""
    return Outbox(setting("SHIPPING_TABLE_NAME"), _SHIPMENT.validate_python)
