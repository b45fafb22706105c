"""The view of an order: what the API shows after each event."""

from typing import Any

import order
import order_view
from kernel.cloud_event import Cause, CloudEvent
from kernel.money import Money
from order import Order, Price
from payment import IntendedPayment
from shipment import IntendedShipment

CAUSE = Cause()
PRICES = {"CUP": Price("Cup", Money(amount=1400, currency="EUR"))}
PLACED = order.place("an-order", "a-customer", [("CUP", 2)], PRICES, "pm_card_visa", CAUSE)
AMOUNT = Money(amount=2800, currency="EUR")
AUTHORIZED = IntendedPayment(order_id="an-order", amount=AMOUNT, payment_method="pm_card_visa").record_authorization(
    "a-1", CAUSE
)
BOOKED = IntendedShipment(order_id="an-order").record_booking("sandbox", "T-1", CAUSE)


def confirmation() -> CloudEvent:
    event = Order([PLACED]).confirm(CAUSE)
    assert event is not None
    return event


CONFIRMED = confirmation()


def document(*events: CloudEvent) -> Any:
    return order_view.order_document("an-order", order_view.fold(events), events)


def test_a_placed_order_shows_its_lines_and_total() -> None:
    shown = document(PLACED)

    assert (shown["status"], shown["total"], shown["currency"]) == ("PLACED", 2800, "EUR")
    assert [(line["sku"], line["quantity"]) for line in shown["items"]] == [("CUP", 2)]
    assert shown["payment"] is shown["shipment"] is shown["stock"] is None


def test_payment_and_shipment_follow_their_own_events() -> None:
    shown = document(PLACED, *AUTHORIZED.events, *BOOKED.events)

    assert shown["payment"]["status"] == "AUTHORIZED"
    assert shown["shipment"]["tracking_number"] == "T-1"
    assert shown["status"] == "PLACED"


def test_the_confirmation_is_kept_as_the_decision() -> None:
    groups = order_view.fold([PLACED, CONFIRMED])

    assert groups["order"]["status"] == "CONFIRMED"
    assert groups["decision"] == {"decision": "CONFIRMED", "decided_at": CONFIRMED.time}


def test_the_order_of_arrival_and_duplicates_do_not_matter() -> None:
    events = [PLACED, *AUTHORIZED.events, CONFIRMED]

    assert document(*reversed(events), PLACED) == document(*events)


def test_a_view_without_its_first_event_is_not_readable() -> None:
    assert not order_view.is_readable("an-order", order_view.fold([CONFIRMED]))
    assert order_view.is_readable("an-order", order_view.fold([CONFIRMED, PLACED]))


def test_an_event_of_an_unknown_type_changes_nothing() -> None:
    assert order_view.changes_of(PLACED.model_copy(update={"type": "OrderPainted"})) == []
