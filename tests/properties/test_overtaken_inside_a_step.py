"""Something else happens between two of a step's own calls: between reading and writing, or writing and telling.

The other tests run each step as a whole. Here another run, or a cancellation, cuts in before every single call to AWS
that a run makes, one after the other: so each condition of each write is what stands between us and a wrong end.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count

import pytest
from botocore.client import BaseClient

from tests.fulfilments import ENDS, STOCK, End, PlacedOrder, Situation
from tests.saga_run import invoke_handler, run_saga
from tests.shop_on_moto import ShopOnMoto

SITUATIONS = {situation.name: situation for situation in ENDS}
each_way = pytest.mark.parametrize(
    "situation",
    [SITUATIONS[name] for name in ("everything works", "the carrier refuses", "a person must review it")],
    ids=lambda situation: situation.name,
)


class Interruption:
    """What cuts in before the `call`th call, once. `happened` says whether there were so many calls."""

    def __init__(self, call: int, cut_in: Callable[[], object]) -> None:
        self.calls_left = call
        self.cut_in = cut_in
        self.happened = False

    def note_call(self) -> None:
        self.calls_left -= 1
        if self.calls_left == 0:
            self.happened = True
            self.cut_in()


@contextmanager
def interrupted(call: int, cut_in: Callable[[], object]) -> Iterator[Interruption]:
    interruption, real = Interruption(call, cut_in), vars(BaseClient)["_make_api_call"]

    def make_api_call(client: BaseClient, operation: str, arguments: object) -> object:
        interruption.note_call()
        return real(client, operation, arguments)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(BaseClient, "_make_api_call", make_api_call)
        yield interruption


def runs_interrupted_at_each_call(
    shop: ShopOnMoto, situation: Situation, cut_in: Callable[[PlacedOrder], object]
) -> Iterator[tuple[int, PlacedOrder]]:
    """Run one order after the other, and yield it with the number of the call before which `cut_in` was called."""
    for call in count(1):
        order = situation.place(shop)
        saga_input = order.input()
        with interrupted(call, lambda order=order: cut_in(order)) as interruption:
            run_saga(saga_input)
        if not interruption.happened:
            assert call > 10, "the calls of a whole run were counted"
            return
        yield call, order


def seen_from_outside(end: End) -> End:
    """A booking that the carrier was told to cancel, or never got, is the same to everybody."""
    return end._replace(carrier="NOTHING") if end.carrier == "CANCELLED" else end


@each_way
def test_another_run_inside_any_step_changes_no_end(shop: ShopOnMoto, situation: Situation) -> None:
    for call, order in runs_interrupted_at_each_call(shop, situation, lambda order: run_saga(order.input())):
        assert seen_from_outside(order.end()) == ENDS[situation], f"overtaken before call {call}"


def test_a_cancellation_inside_any_step_is_the_decision_or_comes_too_late(shop: ShopOnMoto) -> None:
    answers: list[int] = []

    def cancel_and_undo(order: PlacedOrder) -> None:
        answers.append(shop.call("cancel_order", "POST", f"/orders/{order.order_id}/cancellation").status)
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


def test_the_same_compensations_inside_any_compensation_change_no_end(shop: ShopOnMoto) -> None:
    situation = SITUATIONS["everything works"]
    for call in count(1):
        order = situation.place(shop)
        rejected = order.input() | {"decision": "REJECTED"}
        for step in ("ReserveStock", "AuthorizePayment", "BookShipment"):
            invoke_handler(step, rejected)
        invoke_handler("RejectOrder", rejected | {"reason": "CHANGED_MIND"})

        with interrupted(call, lambda rejected=rejected: run_saga(rejected)) as interruption:
            run_saga(rejected)

        if not interruption.happened:
            break
        end = order.end()
        assert (end.status, end.available, end.money, end.carrier) == ("REJECTED", STOCK, ("VOIDED", 0), "CANCELLED")
        assert len(set(end.event_types)) == len(end.event_types), f"overtaken before call {call}"
