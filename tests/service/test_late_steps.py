"""Steps that run after their compensation stay undone, and no provider holds money or a booking."""

from itertools import pairwise

import pytest

import authorize_payment
import book_shipment
import cancel_shipment
import void_payment
from capture_payment import NotAuthorized
from carrier import Address, Booked, Refused, SandboxCarrier
from gateway import Authorized, Declined, GatewayUnavailable, SandboxGateway
from kernel.money import Money
from payment import AlreadyCaptured
from tests.support.fulfilments import PRICE, STOCK, PlacedOrder, Situation
from tests.support.saga_run import invoke_handler
from tests.support.shop_on_moto import ShopOnMoto

STEPS = {"ReserveStock": "ReleaseStock", "AuthorizePayment": "VoidPayment", "BookShipment": "CancelShipment"}
each_step = pytest.mark.parametrize(("step", "compensation"), STEPS.items())


@pytest.fixture
def order(shop: ShopOnMoto) -> PlacedOrder:
    return Situation("everything works").place(shop)


def outcome(order: PlacedOrder, step: str) -> str:
    return str(invoke_handler(step, order.input())["outcome"])


def assert_nothing_is_held(order: PlacedOrder) -> None:
    end = order.end()
    assert end.available == STOCK
    assert end.money in {("NOTHING", 0), ("VOIDED", 0)}
    assert end.carrier in {"NOTHING", "CANCELLED"}


@pytest.mark.parametrize("step", STEPS)
def test_a_repeated_step_returns_its_first_outcome(order: PlacedOrder, step: str) -> None:
    answers = [invoke_handler(step, order.input()) for _ in range(3)]

    assert all(first == second for first, second in pairwise(answers))
    end = order.end()
    assert len(end.event_types) == 2
    assert end.available in {STOCK, STOCK - 2}


@each_step
def test_a_late_step_finds_the_tombstone_of_its_compensation(order: PlacedOrder, step: str, compensation: str) -> None:
    assert outcome(order, compensation) == "UNDONE"

    assert outcome(order, step) == "UNDONE"

    assert_nothing_is_held(order)
    assert order.end().event_types == ("OrderPlaced",)


@each_step
def test_a_step_that_is_repeated_after_its_compensation_stays_undone(
    order: PlacedOrder, step: str, compensation: str
) -> None:
    outcome(order, step)
    outcome(order, compensation)
    events = list(order.events())

    assert outcome(order, step) == "UNDONE"
    assert outcome(order, compensation) == "UNDONE"

    assert_nothing_is_held(order)
    assert list(order.events()) == events


@pytest.mark.parametrize("refusal", [Situation("x", "pm_card_declined"), Situation("x", postal_code="00000")])
def test_a_refused_step_is_undone_without_an_event(shop: ShopOnMoto, refusal: Situation) -> None:
    order = refusal.place(shop)
    for step in STEPS:
        outcome(order, step)
    refused = [event.type for event in order.events() if event.type in {"PaymentDeclined", "ShipmentRefused"}]

    for step, compensation in STEPS.items():
        assert outcome(order, compensation) == "UNDONE"
        assert outcome(order, step) == "UNDONE"

    assert_nothing_is_held(order)
    assert len(refused) == 1


class ForgetfulGateway(SandboxGateway):
    """A gateway that voids an existing authorization, but does not remember a void that arrived first."""

    def __init__(self, order: PlacedOrder) -> None:
        self.order = order

    def authorize(self, order_id: str, amount: Money, payment_method: str) -> Authorized | Declined:
        outcome(self.order, "VoidPayment")
        return super().authorize(order_id, amount, payment_method)

    def void(self, order_id: str, payment_method: str) -> None:
        if self.order.end().money != ("NOTHING", 0):
            super().void(order_id, payment_method)


class ForgetfulCarrier(SandboxCarrier):
    """A carrier that cancels an existing booking, but does not remember a cancellation that arrived first."""

    def __init__(self, order: PlacedOrder) -> None:
        self.order = order

    def book(self, order_id: str, address: Address) -> Booked | Refused:
        outcome(self.order, "CancelShipment")
        return super().book(order_id, address)

    def cancel(self, order_id: str) -> None:
        if self.order.end().carrier != "NOTHING":
            super().cancel(order_id)


def test_an_authorization_after_its_compensation_undoes_its_own_call(
    order: PlacedOrder, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (authorize_payment, void_payment):
        monkeypatch.setattr(module, "gateway", lambda: ForgetfulGateway(order))

    assert outcome(order, "AuthorizePayment") == "UNDONE"
    assert order.end().money == ("VOIDED", 0)


def test_a_booking_after_its_compensation_undoes_its_own_call(
    order: PlacedOrder, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (book_shipment, cancel_shipment):
        monkeypatch.setattr(module, "carrier", lambda: ForgetfulCarrier(order))

    assert outcome(order, "BookShipment") == "UNDONE"
    assert order.end().carrier == "CANCELLED"


def test_an_authorization_is_voided_if_the_compensation_runs_between_call_and_record(
    order: PlacedOrder, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = SandboxGateway.authorize

    def overtaken(self: SandboxGateway, order_id: str, amount: Money, payment_method: str) -> Authorized | Declined:
        answer = real(self, order_id, amount, payment_method)
        outcome(order, "VoidPayment")
        return answer

    monkeypatch.setattr(SandboxGateway, "authorize", overtaken)

    assert outcome(order, "AuthorizePayment") == "UNDONE"
    assert_nothing_is_held(order)


def test_a_booking_is_cancelled_if_the_compensation_runs_between_call_and_record(
    order: PlacedOrder, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = SandboxCarrier.book

    def overtaken(self: SandboxCarrier, order_id: str, address: Address) -> Booked | Refused:
        answer = real(self, order_id, address)
        outcome(order, "CancelShipment")
        return answer

    monkeypatch.setattr(SandboxCarrier, "book", overtaken)

    assert outcome(order, "BookShipment") == "UNDONE"
    assert_nothing_is_held(order)


def test_an_authorization_before_a_crash_is_voided(order: PlacedOrder, monkeypatch: pytest.MonkeyPatch) -> None:
    real = SandboxGateway.authorize

    def crash(self: SandboxGateway, order_id: str, amount: Money, payment_method: str) -> object:
        real(self, order_id, amount, payment_method)
        raise GatewayUnavailable("the response was lost")

    with monkeypatch.context() as patch:
        patch.setattr(SandboxGateway, "authorize", crash)
        assert outcome(order, "AuthorizePayment") == "UNAVAILABLE"
    assert order.end().money == ("HELD", 2 * PRICE)

    assert outcome(order, "VoidPayment") == "UNDONE"
    assert outcome(order, "AuthorizePayment") == "UNDONE"
    assert order.end().money == ("VOIDED", 0)


def test_captured_money_cannot_be_voided(order: PlacedOrder) -> None:
    for step in ("AuthorizePayment", "CapturePayment"):
        outcome(order, step)

    with pytest.raises(AlreadyCaptured):
        outcome(order, "VoidPayment")
    assert order.end().money == ("CAPTURED", 2 * PRICE)


@pytest.mark.parametrize("before", [[], ["VoidPayment"], ["AuthorizePayment", "VoidPayment"]])
def test_a_payment_that_is_not_authorized_cannot_be_captured(order: PlacedOrder, before: list[str]) -> None:
    for step in before:
        outcome(order, step)

    with pytest.raises(NotAuthorized, match=order.order_id):
        outcome(order, "CapturePayment")
    assert order.end().money in {("NOTHING", 0), ("VOIDED", 0)}


def test_an_order_is_decided_once(order: PlacedOrder) -> None:
    payload = order.input() | {"reason": "PAYMENT_DECLINED"}

    assert invoke_handler("ConfirmOrder", payload) == {"outcome": "CONFIRMED"}
    assert invoke_handler("RejectOrder", payload) == {"outcome": "CONFIRMED"}
    assert invoke_handler("ConfirmOrder", payload) == {"outcome": "CONFIRMED"}
    assert order.end().event_types == ("OrderConfirmed", "OrderPlaced")


def test_an_undecided_order_cannot_be_settled(order: PlacedOrder) -> None:
    with pytest.raises(ValueError, match="undecided"):
        outcome(order, "SettleOrder")
    assert not order.end().settled


def test_settling_resolves_what_needed_attention(order: PlacedOrder) -> None:
    invoke_handler("ConfirmOrder", order.input())
    invoke_handler("RequestAttention", order.input() | {"failed_steps": ["CapturePayment"]})
    assert order.end().status == "NEEDS_ATTENTION"

    invoke_handler("SettleOrder", order.input())
    invoke_handler("SettleOrder", order.input())
    invoke_handler("RequestAttention", order.input() | {"failed_steps": ["CapturePayment"]})

    end = order.end()
    assert (end.status, end.settled) == ("CONFIRMED", True)
    assert end.event_types == ("OrderConfirmed", "OrderNeedsAttention", "OrderPlaced", "OrderResolved")
