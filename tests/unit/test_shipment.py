"""The rules of a shipment: which state follows from which, and what each event says."""

import pytest

from kernel.cloud_event import Cause
from shipment import (
    BookedShipment,
    CancellingShipment,
    IntendedShipment,
    RefusedShipment,
    Shipment,
    UndoneShipment,
    start_cancellation,
)

CAUSE = Cause()
INTENDED = IntendedShipment(order_id="an-order")
BOOKED = INTENDED.record_booking("sandbox", "T-1", CAUSE)
REFUSED = INTENDED.record_refusal("ADDRESS_NOT_SERVED", CAUSE)


def event_types(shipment: Shipment) -> list[str]:
    return [event.type for event in shipment.events]


def test_a_booked_shipment_names_its_carrier_and_tracking_number() -> None:
    assert isinstance(BOOKED, BookedShipment)
    assert BOOKED.events[-1].data == {"carrier": "sandbox", "tracking_number": "T-1"}


def test_a_refused_shipment_has_its_reason() -> None:
    assert isinstance(REFUSED, RefusedShipment)
    assert REFUSED.events[-1].data == {"reason": "ADDRESS_NOT_SERVED"}


@pytest.mark.parametrize("shipment", [INTENDED, BOOKED])
def test_a_shipment_that_the_carrier_may_have_is_cancelled_in_two_steps(shipment: Shipment) -> None:
    tombstone = start_cancellation(shipment)

    assert isinstance(tombstone, CancellingShipment)
    assert tombstone.events == shipment.events
    undone = tombstone.record_cancellation(CAUSE)
    assert isinstance(undone, UndoneShipment)
    assert event_types(undone) == [*event_types(shipment), "ShipmentCancelled"]


def test_a_cancelled_shipment_remembers_that_the_carrier_may_have_been_called() -> None:
    assert start_cancellation(REFUSED).was_intended
    assert not UndoneShipment(order_id="an-order").was_intended


def test_cancelling_a_refused_shipment_publishes_nothing() -> None:
    undone = start_cancellation(REFUSED)

    assert isinstance(undone, UndoneShipment)
    assert undone.events == REFUSED.events


@pytest.mark.parametrize(
    "tombstone", [start_cancellation(BOOKED), start_cancellation(REFUSED), UndoneShipment(order_id="an-order")]
)
def test_cancelling_twice_changes_nothing(tombstone: Shipment) -> None:
    assert start_cancellation(tombstone) == tombstone
