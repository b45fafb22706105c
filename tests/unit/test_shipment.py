"""The rules of a shipment: which state follows from which, and what each event says."""

from collections.abc import Iterable
from functools import reduce
from itertools import permutations

import pytest

from kernel.cloud_event import Cause
from shipment import (
    BookedShipment,
    CancellingShipment,
    DeliveredShipment,
    DispatchedShipment,
    IntendedShipment,
    LostShipment,
    MovedShipment,
    RefusedShipment,
    Shipment,
    UndoneShipment,
    move,
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


@pytest.mark.parametrize(
    "shipment", [INTENDED, BOOKED, move(BOOKED, DispatchedShipment, CAUSE), move(BOOKED, LostShipment, CAUSE)]
)
def test_a_shipment_that_the_carrier_may_have_is_cancelled_in_two_steps(shipment: Shipment) -> None:
    tombstone = start_cancellation(shipment)

    assert isinstance(tombstone, CancellingShipment)
    assert tombstone.events == shipment.events
    undone = tombstone.record_cancellation(CAUSE)
    assert isinstance(undone, UndoneShipment)
    assert event_types(undone) == [*event_types(shipment), "ShipmentCancelled"]


RANKS: dict[type[MovedShipment], int] = {DispatchedShipment: 1, LostShipment: 2, DeliveredShipment: 3}


def moved(arrival: Iterable[type[MovedShipment]]) -> Shipment:
    return reduce(lambda shipment, reached: move(shipment, reached, CAUSE), arrival, BOOKED)


@pytest.mark.parametrize("webhooks", [1, 2, 3, 4, 5, 6])
def test_webhooks_in_any_order_and_number_lead_to_the_same_state(webhooks: int) -> None:
    for arrival in set(permutations([*RANKS, *RANKS], webhooks)):
        shipment = moved(arrival)

        highest = max(arrival, key=RANKS.__getitem__)
        assert isinstance(shipment, highest)
        assert (shipment.carrier, shipment.tracking_number) == ("sandbox", "T-1")
        _, *types = event_types(shipment)
        assert types[-1] == f"Shipment{highest.__name__.removesuffix('Shipment')}"
        assert len(set(types)) == len(types)


def test_a_movement_is_an_event_with_the_tracking_number() -> None:
    lost = move(BOOKED, LostShipment, CAUSE)

    assert event_types(lost) == ["ShipmentBooked", "ShipmentLost"]
    assert lost.events[-1].data == {"carrier": "sandbox", "tracking_number": "T-1"}


def test_a_lost_parcel_can_turn_up() -> None:
    assert event_types(moved([LostShipment, DeliveredShipment])) == [
        "ShipmentBooked",
        "ShipmentLost",
        "ShipmentDelivered",
    ]


def test_a_movement_that_is_known_changes_nothing() -> None:
    delivered = move(BOOKED, DeliveredShipment, CAUSE)

    for reached in RANKS:
        assert move(delivered, reached, CAUSE) is delivered


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
