"""Old versions of events as the views read them: in the version that `event_models` knows. Knows no AWS."""

from kernel import upcasting
from kernel.cloud_event import CloudEvent
from kernel.upcasting import Data, Upcasters


def _add_carrier(data: Data) -> Data:
    # While services wrote version 1, the sandbox was the only carrier.
    return {"carrier": "sandbox", **data}


UPCASTERS: Upcasters = {"ShipmentBooked": (_add_carrier,)}


def upcast(event: CloudEvent) -> CloudEvent:
    """Return the event in the version that the views know."""
    return upcasting.upcast(event, UPCASTERS)
