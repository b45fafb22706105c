"""The rules of returns: quantities, prices, and the status of a return."""

import pytest

from kernel.cloud_event import Cause
from order_returns import (
    MAX_RETURNS,
    Operator,
    OrderReturns,
    ReturnLimitReached,
    ReturnUnanswered,
    TooMany,
    UnknownReturn,
)
from purchase import PaidLine, Purchase
from return_id import lost_parcel_id_of, return_id_of

CAUSE = Cause(at="2026-11-20T15:38:00.000123Z")
PURCHASE = Purchase(
    customer_id="alice",
    items=(PaidLine(sku="CUP-1", quantity=4, unit_price=250), PaidLine(sku="POT-1", quantity=1, unit_price=1900)),
    currency="EUR",
)
OPERATOR = Operator("olive", "the photo shows it")


def requested(*lines: tuple[str, int], state: OrderReturns | None = None, return_id: str = "r1") -> OrderReturns:
    state = state or OrderReturns(order_id="order", purchase=PURCHASE)
    return state.request(return_id, lines or [("CUP-1", 3)], "chipped", "fingerprint", CAUSE)


def accepted() -> OrderReturns:
    return requested().accept("r1", OPERATOR, CAUSE, restock=True)


def types(state: OrderReturns) -> list[str]:
    return [event.type for event in state.events]


def test_a_return_is_worth_what_was_paid() -> None:
    state = requested(("CUP-1", 3), ("POT-1", 1))

    assert state.get("r1").refund_amount == 3 * 250 + 1900
    assert state.events[0].data["items"][0] == {"sku": "CUP-1", "quantity": 3, "unit_price": 250}


@pytest.mark.parametrize(
    ("lines", "returnable"),
    [([("CUP-1", 5)], {"CUP-1": 4}), ([("TEA-1", 1)], {"TEA-1": 0}), ([("CUP-1", 1), ("POT-1", 2)], {"POT-1": 1})],
)
def test_more_than_was_bought_is_not_accepted(lines: list[tuple[str, int]], returnable: dict[str, int]) -> None:
    with pytest.raises(TooMany) as excess:
        requested(*lines)

    assert excess.value.returnable == returnable


def test_a_second_return_gets_what_the_first_left() -> None:
    state = requested(("CUP-1", 3))

    with pytest.raises(TooMany):
        requested(("CUP-1", 2), state=state, return_id="r2")
    assert requested(("CUP-1", 1), state=state, return_id="r2").returnable() == {"CUP-1": 0, "POT-1": 1}


def test_a_refused_return_gives_the_items_back_to_be_returned() -> None:
    state = requested(("CUP-1", 4)).refuse("r1", OPERATOR, CAUSE)

    assert types(state) == ["ReturnRequested", "ReturnRefused"]
    assert state.returnable()["CUP-1"] == 4
    assert state.events[-1].data["comment"] == "the photo shows it"


def test_a_repeated_request_changes_nothing() -> None:
    state = requested()

    assert requested(state=state) is state


def test_an_order_has_a_limited_number_of_returns() -> None:
    state = requested(return_id="r0")
    for number in range(1, MAX_RETURNS):
        state = requested(("CUP-1", 1), state=state.refuse(f"r{number - 1}", OPERATOR, CAUSE), return_id=f"r{number}")

    with pytest.raises(ReturnLimitReached):
        requested(("CUP-1", 1), state=state, return_id="one-more")


def test_only_the_first_answer_counts() -> None:
    assert accepted().refuse("r1", OPERATOR, CAUSE) == accepted()
    refused = requested().refuse("r1", OPERATOR, CAUSE)
    assert refused.accept("r1", OPERATOR, CAUSE, restock=True) is refused


def test_an_accepted_return_is_completed_once() -> None:
    completed = accepted().complete("r1", CAUSE)

    assert types(completed) == ["ReturnRequested", "ReturnAccepted", "ReturnCompleted"]
    assert completed.complete("r1", CAUSE) is completed
    assert completed.unsettled is None


def test_a_return_that_is_not_accepted_cannot_be_completed() -> None:
    state = requested()

    assert state.complete("r1", CAUSE) is state
    with pytest.raises(UnknownReturn, match="order order has no return r2"):
        state.complete("r2", CAUSE)


def test_attention_is_requested_once_and_resolved_by_its_own_answer() -> None:
    needing = accepted().request_attention("r1", ["RefundPayment"], CAUSE)

    assert needing.request_attention("r1", ["RefundPayment"], CAUSE) is needing
    assert needing.resolve("r1", 2, OPERATOR, [], CAUSE) is needing
    resolved = needing.resolve("r1", 3, OPERATOR, ["RefundPayment"], CAUSE)
    assert types(resolved)[2:] == ["ReturnNeedsAttention", "ReturnResolved"]
    assert resolved.events[-1].data["by_hand"] == ["RefundPayment"]
    assert [each.return_id for each in resolved.due_refunds] == ["r1"]


def test_a_completed_return_needs_no_attention() -> None:
    completed = accepted().complete("r1", CAUSE)

    assert completed.request_attention("r1", ["RefundPayment"], CAUSE) is completed


def test_the_events_that_wait_for_an_operator_are_those_without_an_answer() -> None:
    state = requested(("CUP-1", 1), state=accepted(), return_id="r2")
    assert [event.sequence for event in state.unanswered_requests] == [3]

    needing = state.request_attention("r1", ["RefundPayment"], CAUSE)
    assert [event.sequence for event in needing.unanswered_requests] == [3, 4]
    assert needing.due_refunds == []


def test_an_order_is_unsettled_while_one_of_its_returns_is() -> None:
    first = requested(("CUP-1", 1))
    both = requested(("CUP-1", 1), state=first, return_id="r2").refuse("r1", OPERATOR, CAUSE)

    assert both.unsettled_since == CAUSE.at
    assert both.refuse("r2", OPERATOR, CAUSE).unsettled_since is None


def test_the_key_and_the_order_determine_the_id_of_a_return() -> None:
    assert return_id_of("order", "key") == return_id_of("order", "key")
    assert len({return_id_of("order", "key"), return_id_of("other", "key"), return_id_of("order", "other")}) == 3


NONE = OrderReturns(order_id="order", purchase=PURCHASE)
LOST = lost_parcel_id_of("order")


def test_a_lost_parcel_is_refunded_in_full_and_has_no_items() -> None:
    state = NONE.refund_lost_parcel(OPERATOR, CAUSE)

    assert types(state) == ["ReturnAccepted"]
    refunded = state.events[0].data
    assert (refunded["items"], refunded["refund_amount"], refunded["restock"]) == ([], PURCHASE.price, False)
    assert (refunded["reason"], refunded["operator_id"]) == ("The parcel was lost.", "olive")
    assert [each.return_id for each in state.due_refunds] == [LOST]
    assert types(state.complete(LOST, CAUSE)) == ["ReturnAccepted", "ReturnCompleted"]


def test_a_lost_parcel_is_refunded_once() -> None:
    state = NONE.refund_lost_parcel(OPERATOR, CAUSE)

    assert state.refund_lost_parcel(OPERATOR, CAUSE) is state


def test_other_returns_are_not_refunded_twice_when_the_parcel_is_lost() -> None:
    state = requested(("CUP-1", 1)).accept("r1", OPERATOR, CAUSE, restock=True)
    state = requested(("CUP-1", 2), state=state, return_id="r2").refuse("r2", OPERATOR, CAUSE)

    state = state.refund_lost_parcel(OPERATOR, CAUSE)

    assert state.get(LOST).refund_amount == PURCHASE.price - 250


def test_a_lost_parcel_whose_items_are_all_in_returns_has_nothing_to_refund() -> None:
    state = requested(("CUP-1", 4), ("POT-1", 1)).accept("r1", OPERATOR, CAUSE, restock=True)

    assert state.refund_lost_parcel(OPERATOR, CAUSE) is state


def test_a_lost_parcel_is_refunded_only_after_each_requested_return_has_its_answer() -> None:
    with pytest.raises(ReturnUnanswered):
        requested(("CUP-1", 1)).refund_lost_parcel(OPERATOR, CAUSE)


def test_nothing_can_be_returned_once_the_lost_parcel_is_refunded() -> None:
    state = NONE.refund_lost_parcel(OPERATOR, CAUSE)

    assert state.returnable() == {"CUP-1": 0, "POT-1": 0}
    with pytest.raises(TooMany):
        requested(("CUP-1", 1), state=state)


def test_no_idempotency_key_leads_to_the_refund_of_a_lost_parcel() -> None:
    assert return_id_of("order", "lost-shipment") != LOST
