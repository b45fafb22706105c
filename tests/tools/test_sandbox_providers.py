"""`make pay` and `make ship`: what they send, what they wait for, and their errors."""

import io
from dataclasses import dataclass, field

import pytest
from rich.console import Console

from tests.tools.test_order_tracking import events
from tools.local_cloud.cloud import LocalCloudError
from tools.terminal import commands, order_tracking, sandbox_providers
from tools.terminal.sandbox_providers import movement_of, pay_and_show, ship_and_show

WAITING = ("OrderPlaced", "StockReserved", "PaymentActionRequired", "OrderAwaitingPayment")


@pytest.fixture(autouse=True)
def short_waits(monkeypatch):
    monkeypatch.setattr(order_tracking, "POLL_SECONDS", 0)
    monkeypatch.setattr(order_tracking, "QUIET_SECONDS", 0)
    monkeypatch.setattr(sandbox_providers, "POLL_SECONDS", 0)


@dataclass
class Shop:
    """Returns more events after the sandbox provider was called."""

    before: tuple
    after: tuple = ()
    calls: list = field(default_factory=list)

    def events(self, _order_id):
        return events(*self.before, *(self.after if self.calls else ()))

    def decide_payment(self, order_id, decision):
        self.calls.append((order_id, decision))

    def move_shipment(self, order_id, status):
        self.calls.append((order_id, status))
        return {"tracking_number": "SANDBOX-1"}


def order(status="CONFIRMED", shipment=None):
    return {"order_id": "order-1", "status": status} | ({"shipment": {"status": shipment}} if shipment else {})


def printed(call, *arguments, **options):
    console = Console(file=io.StringIO(), width=200)
    call(console, *arguments, **options)
    return console.file.getvalue()


@pytest.mark.parametrize(
    ("decline", "decision", "word"), [(False, "approve", "approves"), (True, "decline", "declines")]
)
def test_a_decision_is_sent_and_the_order_is_followed_to_its_end(decline, decision, word):
    shop = Shop(WAITING, ("PaymentDeclined", "OrderRejected", "StockReleased"))

    text = printed(pay_and_show, shop, order("AWAITING_PAYMENT"), decline=decline)

    assert shop.calls == [("order-1", decision)]
    assert f"The customer {word} the payment of order order-1" in text
    assert text.splitlines()[-1] == "REJECTED"


@pytest.mark.parametrize("status", ["PLACED", "CONFIRMED", "REJECTED"])
def test_an_order_that_does_not_wait_for_its_payment_is_an_error_that_says_how_to_place_one(status):
    with pytest.raises(LocalCloudError, match=f"is {status}.*\n.*make order PAYMENT=pm_requires_action"):
        printed(pay_and_show, Shop(()), order(status), decline=False)


@pytest.mark.parametrize(
    ("movement", "status", "event"),
    [
        ("dispatched", "BOOKED", "ShipmentDispatched"),
        ("delivered", "DISPATCHED", "ShipmentDelivered"),
        ("delivered", "LOST", "ShipmentDelivered"),
        ("lost", "DISPATCHED", "ShipmentLost"),
    ],
)
def test_a_movement_is_sent_and_its_event_shown(movement, status, event):
    shop = Shop(("OrderPlaced", "ShipmentBooked"), (event,))

    console = Console(file=io.StringIO(), width=200)
    assert ship_and_show(console, shop, order(shipment=status), movement) is (movement == "lost")

    assert shop.calls == [("order-1", movement)]
    assert f"the parcel SANDBOX-1 of order order-1 is {movement}" in console.file.getvalue()
    assert event in console.file.getvalue()


@pytest.mark.parametrize(
    ("movement", "status"), [("dispatched", "DELIVERED"), ("dispatched", "DISPATCHED"), ("lost", "DELIVERED")]
)
def test_a_late_movement_is_sent_and_changes_nothing(movement, status):
    shop = Shop(("OrderPlaced", "ShipmentBooked"))

    text = printed(ship_and_show, shop, order(shipment=status), movement)

    assert shop.calls == [("order-1", movement)]
    assert f"The shipment is {status} already, so the webhook changes nothing." in text


@pytest.mark.parametrize("shipment", [None, "REFUSED", "CANCELLED"])
def test_an_order_without_a_parcel_is_an_error(shipment):
    with pytest.raises(LocalCloudError, match=r"no shipment that can move\.\n.*make show ORDER=order-1"):
        printed(ship_and_show, Shop(()), order("REJECTED", shipment), "dispatched")


def test_the_error_for_a_webhook_that_does_not_arrive_says_where_to_look(monkeypatch):
    monkeypatch.setattr(sandbox_providers, "DEADLINE_SECONDS", 0.02)

    with pytest.raises(LocalCloudError, match=r"has no ShipmentDispatched after .*\n.*\n  make dead-letters"):
        printed(ship_and_show, Shop(("OrderPlaced", "ShipmentBooked")), order(shipment="BOOKED"), "dispatched")


@pytest.mark.parametrize(
    ("deliver", "lost", "movement"),
    [(False, False, "dispatched"), (True, False, "delivered"), (False, True, "lost")],
)
def test_the_variables_choose_the_movement(deliver, lost, movement):
    assert movement_of(deliver=deliver, lost=lost) == movement


def test_two_movements_at_once_are_an_error(monkeypatch, capsys):
    monkeypatch.setenv("DELIVER", "1")
    monkeypatch.setenv("LOST", "1")

    assert commands.run(["ship"]) == 1
    assert "Set either DELIVER=1 or LOST=1." in capsys.readouterr().err


@pytest.mark.parametrize("value", ["yes", "2"])
@pytest.mark.parametrize(("command", "variable"), [("pay", "DECLINE"), ("ship", "LOST")])
def test_a_variable_that_is_neither_1_nor_0_is_an_error(command, variable, value, monkeypatch, capsys):
    monkeypatch.setenv(variable, value)

    assert commands.run([command]) == 1
    assert f"{variable} is '{value}', but it must be 1 or 0" in capsys.readouterr().err
