"""The saga ends in the same state if it runs twice, is killed, loses responses or overlaps with other runs."""

from collections.abc import Iterator
from itertools import count

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.fulfilments import ENDS, End, FaultsAfterItsWrite, PlacedOrder, Situation
from tests.support.saga_run import invoke_handler, run_saga, states_of_run
from tests.support.shop_on_moto import ShopOnMoto

each_situation = pytest.mark.parametrize("situation", ENDS, ids=lambda situation: situation.name)
some_situation = st.sampled_from(list(ENDS))


@each_situation
def test_a_run_after_the_order_is_settled_changes_nothing(shop: ShopOnMoto, situation: Situation) -> None:
    order = situation.place(shop)
    first_input = order.input()
    run_saga(first_input)
    events = list(order.events())

    run_saga(first_input)
    run_saga(order.input())

    assert list(order.events()) == events
    assert order.end() == ENDS[situation]


@each_situation
def test_an_order_ends_the_same_if_its_run_is_killed_after_any_state(shop: ShopOnMoto, situation: Situation) -> None:
    whole = situation.place(shop)
    states = run_saga(whole.input())
    assert whole.end() == ENDS[situation]

    for survived in range(len(states)):
        order = situation.place(shop)
        killed = states_of_run(order.input())
        for _ in range(survived):
            next(killed)

        run_saga(order.input())

        assert order.end() == ENDS[situation], f"killed after {states[:survived]}"


@each_situation
def test_a_fault_after_the_write_of_a_step_does_not_change_the_end(shop: ShopOnMoto, situation: Situation) -> None:
    for call in count(1):
        order = situation.place(shop)
        invoke = FaultsAfterItsWrite(call)

        run_saga(order.input(), invoke)

        if invoke.calls_left > 0:
            break
        assert order.end() == ENDS[situation], f"the answer of call {call} was lost"
    assert call > 3


def consistent(order: PlacedOrder, situation: Situation) -> None:
    """Assert that the order has one decision or waits for a person, and that everything else agrees with that."""
    end = order.end()
    decisions = [name for name in end.event_types if name in {"OrderConfirmed", "OrderRejected", "OrderCancelled"}]
    assert len(decisions) == (0 if end.status in ("IN_REVIEW", "AWAITING_PAYMENT") else 1)
    assert len(set(end.event_types)) == len(end.event_types)
    if decisions in (["OrderConfirmed"], []):
        assert end == ENDS[situation]
    else:
        assert end.available == 5
        assert end.carrier in {"NOTHING", "CANCELLED"}
        assert end.money in {("NOTHING", 0), ("VOIDED", 0)} or situation.payment_method == "pm_void_down"
        assert end.settled == (end.status != "NEEDS_ATTENTION")


def without_tombstones(end: End) -> End:
    """Return the end state, with "nothing" where a provider refuses every later call.

    A step that runs after its compensation leaves this refusal at a provider that declined before. Both states mean
    the same: no money is held and no transport is booked.
    """
    return end._replace(
        carrier="NOTHING" if end.carrier == "CANCELLED" else end.carrier,
        money=("NOTHING", 0) if end.money == ("VOIDED", 0) else end.money,
    )


def interleaved(runs: list[Iterator[str]], choices: list[int]) -> None:
    """Interleave the runs: `choices` selects the run whose state executes next. Then finish each run."""
    for choice in choices:
        next(runs[choice], None)
    for run in runs:
        list(run)


@settings(max_examples=30)
@given(situation=some_situation, choices=st.lists(st.integers(0, 1), max_size=30))
def test_two_concurrent_runs_make_one_decision(shop: ShopOnMoto, situation: Situation, choices: list[int]) -> None:
    order = situation.place(shop)

    interleaved([states_of_run(order.input()) for _ in range(2)], choices)

    consistent(order, situation)
    assert without_tombstones(order.end()) == without_tombstones(ENDS[situation])


@settings(max_examples=30)
@given(
    situation=some_situation,
    rejected_before=st.integers(0, 16),
    choices=st.lists(st.integers(0, 1), max_size=30),
)
def test_a_run_of_a_rejected_order_compensates_all_steps(
    shop: ShopOnMoto, situation: Situation, rejected_before: int, choices: list[int]
) -> None:
    order = situation.place(shop)
    overtaken = states_of_run(order.input())
    for _ in range(rejected_before):
        next(overtaken, None)
    rejected_first = order.input()["decision"] is None
    invoke_handler("RejectOrder", order.input() | {"reason": "PAYMENT_DECLINED"})

    interleaved([overtaken, states_of_run(order.input())], choices)

    consistent(order, situation)
    if rejected_first:
        assert order.end().reason == "PAYMENT_DECLINED"


@settings(max_examples=40)
@given(
    situation=some_situation,
    cancelled_before=st.integers(0, 16),
    choices=st.lists(st.integers(0, 1), max_size=30),
)
def test_a_cancellation_at_any_state_is_the_decision_or_too_late(
    shop: ShopOnMoto, situation: Situation, cancelled_before: int, choices: list[int]
) -> None:
    order = situation.place(shop)
    overtaken = states_of_run(order.input())
    for _ in range(cancelled_before):
        next(overtaken, None)
    undecided = order.input()["decision"] is None

    answer = shop.call("POST", f"/orders/{order.order_id}/cancellation")
    interleaved([overtaken, states_of_run(order.input())], choices)

    assert answer.status == (202 if undecided else 409)
    assert ("OrderCancelled" in order.end().event_types) == undecided
    consistent(order, situation)
    if not undecided:
        assert without_tombstones(order.end()) == without_tombstones(ENDS[situation])


@pytest.mark.parametrize(
    "situation", [Situation("everything works"), Situation("the gateway faults twice", "pm_gateway_flaky")]
)
def test_a_cancellation_after_each_state_of_the_only_run(shop: ShopOnMoto, situation: Situation) -> None:
    states = len(run_saga(situation.place(shop).input()))
    for done in range(states + 1):
        order = situation.place(shop)
        run = states_of_run(order.input())
        for _ in range(done):
            next(run)

        answer = shop.call("POST", f"/orders/{order.order_id}/cancellation")
        list(run)
        run_saga(order.input())

        consistent(order, situation)
        assert ("OrderCancelled" in order.end().event_types) == (answer.status == 202), f"cancelled after {done} states"


def test_an_order_ends_the_same_if_another_run_overtakes_at_any_state(shop: ShopOnMoto) -> None:
    situation = Situation("everything works")
    states = len(run_saga(situation.place(shop).input()))
    for first in range(states):
        order = situation.place(shop)
        overtaken, other = states_of_run(order.input()), states_of_run(order.input())
        for _ in range(first):
            next(overtaken)
        list(other)
        list(overtaken)

        assert order.end() == ENDS[situation], f"overtaken after {first} states"
