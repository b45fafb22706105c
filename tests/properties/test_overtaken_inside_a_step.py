"""Interleave another run, or a cancellation, with the AWS calls of a single saga step.

Other tests run each step as a unit. Here another run, or a cancellation, executes before each AWS call of a run. The
test therefore fails if a write lacks its condition.
"""

from collections.abc import Callable, Iterator
from itertools import count
from types import SimpleNamespace
from typing import Any

import pytest

import authorize_payment
import book_shipment
import cancel_shipment
import capture_payment
import order_store
import void_payment
from kernel.outbox import Outbox
from kernel.state_with_events import StateWithEvents
from order import Order
from payment import AuthorizedPayment, IntendedPayment, VoidingPayment
from shipment import CancellingShipment, IntendedShipment
from stock import Reservation, ReservationStatus
from tests.support.fulfilments import ENDS, STOCK, End, PlacedOrder, Situation
from tests.support.interruption import interrupted
from tests.support.saga_run import invoke_handler, run_saga
from tests.support.shop_on_moto import ShopOnMoto

SITUATIONS = {situation.name: situation for situation in ENDS}
each_situation = pytest.mark.parametrize(
    "situation",
    [SITUATIONS[name] for name in ("everything works", "the carrier refuses", "a person must review it")],
    ids=lambda situation: situation.name,
)


def runs_interrupted_at_each_call(
    shop: ShopOnMoto, situation: Situation, cut_in: Callable[[PlacedOrder], object]
) -> Iterator[tuple[int, PlacedOrder]]:
    """Run orders one by one. Yield each with the number of the call before which `cut_in` was called."""
    for call in count(1):
        order = situation.place(shop)
        saga_input = order.input()
        with interrupted(call, lambda order=order: cut_in(order)) as interruption:
            run_saga(saga_input)
        if not interruption.happened:
            # The shortest run, which ends with the request for a review, makes eight calls.
            assert call > 8, "the calls of a whole run were counted"
            return
        yield call, order


def without_internal_differences(end: End) -> End:
    """Treat a cancelled booking and a booking that never reached the carrier as equal."""
    return end._replace(carrier="NOTHING") if end.carrier == "CANCELLED" else end


@each_situation
def test_a_concurrent_run_within_any_step_does_not_change_the_end(shop: ShopOnMoto, situation: Situation) -> None:
    for call, order in runs_interrupted_at_each_call(shop, situation, lambda order: run_saga(order.input())):
        assert without_internal_differences(order.end()) == ENDS[situation], f"overtaken before call {call}"


def test_a_cancellation_within_any_step_is_the_decision_or_too_late(shop: ShopOnMoto) -> None:
    answers: list[int] = []

    def cancel_and_undo(order: PlacedOrder) -> None:
        answers.append(shop.call("POST", f"/orders/{order.order_id}/cancellation").status)
        run_saga(order.input())

    situation = SITUATIONS["everything works"]
    for call, order in runs_interrupted_at_each_call(shop, situation, cancel_and_undo):
        end = order.end()
        if answers[-1] == 409:
            assert end == ENDS[situation], f"cancelled before call {call}"
            continue
        assert (end.status, end.available, end.settled) == ("CANCELLED", STOCK, True), f"cancelled before call {call}"
        assert "OrderConfirmed" not in end.event_types
        assert end.money in {("NOTHING", 0), ("VOIDED", 0)}, f"cancelled before call {call}"
        assert end.carrier in {"NOTHING", "CANCELLED"}, f"cancelled before call {call}"
    assert set(answers) == {202, 409}


FORWARD = ("ReserveStock", "AuthorizePayment", "BookShipment", "ConfirmOrder", "CapturePayment")
REJECTED = ("ReserveStock", "AuthorizePayment", "BookShipment", "RejectOrder")
# Each step with the steps that precede it.
STEPS = {step: FORWARD[: FORWARD.index(step)] for step in FORWARD} | {
    "RejectOrder": REJECTED[:-1],
    **dict.fromkeys(("CancelShipment", "VoidPayment", "ReleaseStock"), REJECTED),
}


def overtaken_by_itself(shop: ShopOnMoto, step: str) -> None:
    """Run the same step before each AWS call of the step. Assert that it took effect once."""
    for call in count(1):
        order = SITUATIONS["everything works"].place(shop)
        payload = order.input() | {"reason": "PAYMENT_DECLINED"}
        for earlier in STEPS[step]:
            invoke_handler(earlier, payload)

        with interrupted(call, lambda payload=payload: invoke_handler(step, payload)) as interruption:
            answer = invoke_handler(step, payload)

        if not interruption.happened:
            assert call > 2, "its calls were counted"
            return
        end = order.end()
        assert answer == invoke_handler(step, payload), f"overtaken before call {call}"
        assert len(set(end.event_types)) == len(end.event_types), f"overtaken before call {call}"
        assert end.available == (STOCK if step == "ReleaseStock" else STOCK - 2), f"overtaken before call {call}"


@pytest.mark.parametrize("step", STEPS)
def test_a_step_that_is_called_again_during_its_execution_has_one_effect(shop: ShopOnMoto, step: str) -> None:
    overtaken_by_itself(shop, step)


@pytest.mark.parametrize(("step", "rival"), [("SettleOrder", "RequestAttention"), ("RequestAttention", "SettleOrder")])
def test_no_order_is_settled_while_it_waits_for_an_operator(shop: ShopOnMoto, step: str, rival: str) -> None:
    for call in count(1):
        order = SITUATIONS["everything works"].place(shop)
        payload = order.input() | {"failed_steps": ["CapturePayment"]}
        for earlier in FORWARD:
            invoke_handler(earlier, payload)

        with interrupted(call, lambda payload=payload: invoke_handler(rival, payload)) as interruption:
            invoke_handler(step, payload)

        stored = order_store.load(order.order_id).order
        assert not (stored.settled and stored.needs_attention), f"overtaken before call {call}"
        if not interruption.happened:
            assert call > 2, "its calls were counted"
            return


def break_release(undone: Callable[..., object]) -> Callable[..., object]:
    """Break the reservation on purpose: overwrite any state with RESERVED."""
    return lambda state, cause: undone(state.model_copy(update={"status": ReservationStatus.RESERVED}), cause)


def break_update(kind: type[StateWithEvents]) -> Callable[[Callable[..., object]], Callable[..., object]]:
    """Break the record of a provider's answer on purpose: overwrite any state with `kind`."""

    def broken(store: Callable[[], Outbox[Any]]) -> Callable[[], object]:
        def update(state: StateWithEvents, decide: Callable[[StateWithEvents], StateWithEvents]) -> object:
            return store().update(state, lambda current: decide(current.transition_to(kind)))

        outbox = store()
        return lambda: SimpleNamespace(load=outbox.load, create=outbox.create, change=outbox.change, update=update)

    return broken


def break_decision(method: Callable[..., object]) -> Callable[..., object]:
    """Break the order on purpose: ignore its decision."""

    def decide(order: Order, *rest: object) -> object:
        order.decision = None
        return method(order, *rest)

    return decide


def break_first_write(put: Callable[..., dict[str, object]]) -> Callable[..., dict[str, object]]:
    """Break the first write of a state on purpose: overwrite an existing item."""
    return lambda outbox, state: {"Item": put(outbox, state)["Item"]}


@pytest.mark.parametrize(
    ("step", "owner", "method", "broken"),
    [
        ("ReserveStock", Outbox, "put", break_first_write),
        ("AuthorizePayment", authorize_payment, "payments", break_update(IntendedPayment)),
        ("BookShipment", book_shipment, "shipments", break_update(IntendedShipment)),
        ("ConfirmOrder", Order, "confirm", break_decision),
        ("CapturePayment", capture_payment, "payments", break_update(AuthorizedPayment)),
        ("RejectOrder", Order, "reject", break_decision),
        ("CancelShipment", cancel_shipment, "shipments", break_update(CancellingShipment)),
        ("VoidPayment", void_payment, "payments", break_update(VoidingPayment)),
        ("ReleaseStock", Reservation, "undone", break_release),
    ],
)
def test_the_model_detects_a_step_that_is_not_idempotent(
    shop: ShopOnMoto,
    monkeypatch: pytest.MonkeyPatch,
    step: str,
    owner: object,
    method: str,
    broken: Callable[[Callable[..., object]], Callable[..., object]],
) -> None:
    monkeypatch.setattr(owner, method, broken(getattr(owner, method)))

    with pytest.raises(AssertionError, match="overtaken before call"):
        overtaken_by_itself(shop, step)
