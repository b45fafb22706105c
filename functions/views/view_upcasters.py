"""Upcasters of the views: they convert old event versions to the versions in `event_models`. Pure."""

from kernel import upcasting
from kernel.cloud_event import CloudEvent
from kernel.upcasting import Data, Upcasters


def _add_carrier(data: Data) -> Data:
    # When version 1 was in use, the sandbox was the only carrier.
    return {"carrier": "sandbox", **data}


UPCASTERS: Upcasters = {"ShipmentBooked": (_add_carrier,)}


def upcast(event: CloudEvent) -> CloudEvent:
    """Return the event in the latest version, which the views know."""
    return upcasting.upcast(event, UPCASTERS)
