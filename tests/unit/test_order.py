"""The rules of an order: which events each decision still allows."""

from collections.abc import Callable

import pytest

import order
from kernel.cloud_event import Cause, CloudEvent
from kernel.money import Money
from order import MixedCurrencies, Operator, Order, Price
from order_events import DecidedBy, Decision, Status

CAUSE = Cause()
ADA = Operator("ada", "checked by telephone")
PRICES = {"CUP": Price("Cup", Money(amount=1400, currency="EUR")), "LID": Price("Lid", Money(amount=5, currency="EUR"))}

Step = Callable[[Order], CloudEvent | None]


def placed() -> Order:
    return Order([order.place("an-order", "a-customer", [("CUP", 2), ("LID", 3)], PRICES, "pm_card_visa", CAUSE)])


def after(current: Order, *steps: Step) -> Order:
    """Return the order after each step has appended its event; every step must append one."""
    for step in steps:
        event = step(current)
        assert event is not None
        current = Order([*current.events, event])
    return current


def confirm(current: Order) -> CloudEvent | None:
    return current.confirm(CAUSE)


def cancel(current: Order) -> CloudEvent | None:
    return current.cancel(CAUSE)


def reject(current: Order) -> CloudEvent | None:
    return current.reject("OUT_OF_STOCK", DecidedBy.SAGA, CAUSE)


def await_payment(current: Order) -> CloudEvent | None:
    return current.await_payment(CAUSE)


def request_review(current: Order) -> CloudEvent | None:
    return current.request_review(CAUSE)


def approve_review(current: Order) -> CloudEvent | None:
    return current.approve_review(ADA, CAUSE)


def request_attention(current: Order) -> CloudEvent | None:
    return current.request_attention(["CapturePayment"], CAUSE)


def settle(current: Order) -> CloudEvent | None:
    return current.settle(CAUSE)


def retry_by_hand(current: Order) -> CloudEvent | None:
    return current.request_retry(current.attention or 0, ADA, ["CapturePayment"], CAUSE)


def test_a_placed_order_costs_the_sum_of_its_lines() -> None:
    assert (placed().placed.total, placed().placed.currency, placed().status) == (2815, "EUR", Status.PLACED)


def test_an_order_has_one_currency() -> None:
    prices = {**PRICES, "LID": Price("Lid", Money(amount=5, currency="USD"))}

    with pytest.raises(MixedCurrencies, match="EUR, USD"):
        order.place("an-order", "a-customer", [("CUP", 1), ("LID", 1)], prices, "pm_card_visa", CAUSE)


@pytest.mark.parametrize("first", [confirm, cancel, reject])
@pytest.mark.parametrize("second", [confirm, cancel, reject, await_payment, request_review, approve_review])
def test_an_order_is_decided_once(first: Step, second: Step) -> None:
    decided = after(placed(), first)

    assert second(decided) is None
    assert decided.status == decided.decision


def test_an_order_awaits_its_payment_once() -> None:
    waiting = after(placed(), await_payment)

    assert (waiting.status, waiting.awaited_payment_since) == (Status.AWAITING_PAYMENT, waiting.events[-1].time)
    assert await_payment(waiting) is None


@pytest.mark.parametrize("steps", [[request_review], [request_review, approve_review], [request_attention]])
def test_an_order_that_waits_for_an_operator_or_is_past_its_review_does_not_await_its_payment(
    steps: list[Step],
) -> None:
    assert await_payment(after(placed(), *steps)) is None


@pytest.mark.parametrize("step", [confirm, cancel, reject, request_review])
def test_an_order_that_awaits_its_payment_can_go_on(step: Step) -> None:
    assert after(placed(), await_payment, step).status is not Status.AWAITING_PAYMENT


def test_an_order_can_await_its_payment_again_after_a_retry() -> None:
    first = after(placed(), await_payment)
    again = after(first, request_attention, retry_by_hand, await_payment)

    assert (again.status, again.awaited_payment_since) == (Status.AWAITING_PAYMENT, first.awaited_payment_since)


def test_a_review_is_requested_once_and_approved_once() -> None:
    in_review = after(placed(), request_review)
    approved = after(in_review, approve_review)

    assert (in_review.status, in_review.waits_for_review) == (Status.IN_REVIEW, True)
    assert (approved.status, approved.waits_for_review) == (Status.PLACED, False)
    assert [request_review(in_review), request_review(approved), approve_review(approved)] == [None] * 3
    assert approve_review(placed()) is None


def test_an_order_in_review_can_be_cancelled() -> None:
    assert after(placed(), request_review, cancel).decision is Decision.CANCELLED


def test_an_undecided_order_cannot_be_settled() -> None:
    with pytest.raises(ValueError, match="undecided"):
        settle(placed())


def test_an_order_without_attention_is_settled_without_an_event() -> None:
    assert settle(after(placed(), confirm)) is None


def test_attention_is_requested_once_until_it_is_answered() -> None:
    waiting = after(placed(), confirm, request_attention)

    assert waiting.status is Status.NEEDS_ATTENTION
    assert [event.type for event in waiting.unanswered_requests] == ["OrderNeedsAttention"]
    assert request_attention(waiting) is None
    assert after(waiting, retry_by_hand).unanswered_requests == []


def test_settling_resolves_what_needed_attention() -> None:
    resolved = after(placed(), confirm, request_attention, settle)

    assert (resolved.events[-1].type, resolved.status) == ("OrderResolved", Status.CONFIRMED)
    assert settle(resolved) is None


def test_a_step_done_by_hand_is_resolved_when_the_order_is_settled() -> None:
    resolved = after(placed(), confirm, request_attention, retry_by_hand, settle)

    assert resolved.events[-1].type == "OrderResolved"


def test_a_settled_order_does_not_request_attention() -> None:
    confirmed = after(placed(), confirm)

    assert request_attention(Order(confirmed.events, settled=True)) is None


def test_an_answer_to_an_earlier_request_for_attention_changes_nothing() -> None:
    waiting = after(placed(), request_attention)

    assert waiting.request_retry(1, ADA, [], CAUSE) is None


@pytest.mark.parametrize(
    ("steps", "status"),
    [([], Status.PLACED), ([request_review], Status.IN_REVIEW), ([confirm], Status.CONFIRMED)],
)
def test_a_retry_returns_the_order_to_the_status_before_it_needed_attention(steps: list[Step], status: Status) -> None:
    assert after(placed(), *steps, request_attention, retry_by_hand).status is status


def test_an_order_with_members_of_a_newer_version_is_readable() -> None:
    event = placed().events[0]
    line = event.data["items"][0] | {"gift": True}
    newer = event.model_copy(update={"data": event.data | {"gift": True, "items": [line]}})

    assert [(each.sku, each.quantity) for each in Order([newer]).placed.items] == [("CUP", 2)]
