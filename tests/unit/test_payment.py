"""The rules of a payment: which state follows from which, and what each event says."""

from datetime import timedelta

import pytest

from kernel.cloud_event import Cause
from kernel.money import Money
from payment import (
    AlreadyCaptured,
    AuthorizedPayment,
    CapturedPayment,
    DeclinedPayment,
    IntendedPayment,
    Payment,
    UndonePayment,
    VoidingPayment,
    start_void,
)

CAUSE = Cause()
AMOUNT = Money(amount=1900, currency="EUR")
INTENDED = IntendedPayment(order_id="an-order", amount=AMOUNT, payment_method="pm_card_visa")
PENDING = INTENDED.record_pending(
    "https://bank.example", timedelta(minutes=15), Cause(at="2026-11-20T23:50:00.000000Z")
)
AUTHORIZED = INTENDED.record_authorization("auth-1", CAUSE)
DECLINED = INTENDED.record_decline("INSUFFICIENT_FUNDS", CAUSE)
CAPTURED = AUTHORIZED.record_capture(CAUSE)


def event_types(payment: Payment) -> list[str]:
    return [event.type for event in payment.events]


def test_a_captured_payment_keeps_its_amount_and_its_authorization() -> None:
    assert isinstance(CAPTURED, CapturedPayment)
    assert (CAPTURED.amount, CAPTURED.authorization_id) == (AMOUNT, "auth-1")


def test_a_capture_follows_the_authorization_in_the_stream() -> None:
    assert event_types(CAPTURED) == ["PaymentAuthorized", "PaymentCaptured"]
    assert [event.sequence for event in CAPTURED.events] == [1, 2]


def test_a_capture_by_hand_has_the_operators_note() -> None:
    assert AUTHORIZED.record_capture(CAUSE, by_hand="bank transfer").events[-1].data["by_hand"] == "bank transfer"


def test_a_declined_payment_has_its_reason() -> None:
    assert isinstance(DECLINED, DeclinedPayment)
    assert DECLINED.events[-1].data["reason"] == "INSUFFICIENT_FUNDS"


def test_a_pending_payment_says_where_and_until_when_the_customer_confirms_it() -> None:
    assert event_types(PENDING) == ["PaymentActionRequired"]
    assert (PENDING.action_url, PENDING.events[-1].data["action_url"]) == ("https://bank.example",) * 2
    assert PENDING.expires_at == "2026-11-21T00:05:00.000000Z"
    assert not PENDING.is_expired("2026-11-21T00:04:59.999999Z")
    assert PENDING.is_expired("2026-11-21T00:05:00.000000Z")


def test_only_a_result_of_a_webhook_says_so() -> None:
    authorized = PENDING.record_authorization("auth-1", CAUSE, decided_by="webhook")
    declined = PENDING.record_decline("NO_FUNDS", CAUSE, decided_by="webhook")

    assert event_types(authorized) == ["PaymentActionRequired", "PaymentAuthorized"]
    assert event_types(declined) == ["PaymentActionRequired", "PaymentDeclined"]
    assert authorized.events[-1].data["decided_by"] == declined.events[-1].data["decided_by"] == "webhook"
    assert "decided_by" not in AUTHORIZED.events[-1].data | DECLINED.events[-1].data


@pytest.mark.parametrize("payment", [INTENDED, PENDING, AUTHORIZED])
def test_a_payment_that_the_provider_may_hold_is_voided_in_two_steps(payment: Payment) -> None:
    tombstone = start_void(payment)

    assert isinstance(tombstone, VoidingPayment)
    assert tombstone.events == payment.events
    undone = tombstone.record_void(CAUSE)
    assert isinstance(undone, UndonePayment)
    assert event_types(undone) == [*event_types(payment), "PaymentVoided"]


def test_voiding_a_declined_payment_publishes_nothing() -> None:
    undone = start_void(DECLINED)

    assert isinstance(undone, UndonePayment)
    assert undone.events == DECLINED.events


@pytest.mark.parametrize(
    "tombstone", [start_void(AUTHORIZED), start_void(DECLINED), UndonePayment(order_id="an-order")]
)
def test_voiding_twice_changes_nothing(tombstone: Payment) -> None:
    assert start_void(tombstone) == tombstone


def test_a_captured_payment_cannot_be_voided() -> None:
    with pytest.raises(AlreadyCaptured, match="an-order"):
        start_void(CAPTURED)


def test_an_authorized_payment_needs_an_authorization_id() -> None:
    with pytest.raises(ValueError, match="authorization_id"):
        INTENDED.transition_to(AuthorizedPayment)
