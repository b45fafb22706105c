"""Refunds end the same if their run repeats, is killed, loses responses or overlaps, and money and stock balance."""

from collections.abc import Iterator
from itertools import count
from typing import NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kernel.timestamps import now
from return_id import lost_parcel_id_of
from tests.support.fulfilments import FaultsAfterItsWrite
from tests.support.saga_run import invoke_handler, run_refund, states_of_refund
from tests.support.shop_on_moto import ShopOnMoto
from tools.event_store.refund_balance import imbalances

PRICE = 250
STOCK = 10
BOUGHT = 4


class Refund(NamedTuple):
    """An accepted return of two of BOUGHT pieces."""

    shop: ShopOnMoto
    sku: str
    order_id: str
    return_id: str

    @classmethod
    def accepted(cls, shop: ShopOnMoto, payment_method: str = "pm_card_visa") -> "Refund":
        sku = shop.product(stock=STOCK, unit_price=PRICE)
        order_id = shop.confirmed_order((sku, BOUGHT), payment_method=payment_method)
        return cls(shop, sku, order_id, shop.accepted_return(order_id, (sku, 2)))

    def states(self) -> Iterator[str]:
        return states_of_refund(self.shop.refund_input(self.order_id, self.return_id))

    def assert_completed(self) -> None:
        """Assert that the money and the pieces of the return came back once."""
        order = self.shop.order(self.order_id)
        types = [entry["type"] for entry in order["timeline"]]
        assert [each["status"] for each in order["returns"]] == ["COMPLETED"]
        assert (order["refunded"], self.shop.refunded_at_gateway(self.order_id)) == (2 * PRICE, 2 * PRICE)
        assert self.shop.available(self.sku) == STOCK - BOUGHT + 2
        assert all(types.count(each) == 1 for each in ("PaymentRefunded", "StockReturned", "ReturnCompleted"))


each_card = pytest.mark.parametrize("card", ["pm_card_visa", "pm_refund_flaky"])


@each_card
def test_a_return_ends_the_same_if_its_run_is_killed_after_any_state(shop: ShopOnMoto, card: str) -> None:
    states = len(list(Refund.accepted(shop, card).states()))
    for survived in range(states):
        refund = Refund.accepted(shop, card)
        killed = refund.states()
        for _ in range(survived):
            next(killed)

        list(refund.states())

        refund.assert_completed()


@each_card
def test_a_return_ends_the_same_if_another_run_overtakes_at_any_state(shop: ShopOnMoto, card: str) -> None:
    states = len(list(Refund.accepted(shop, card).states()))
    for first in range(states):
        refund = Refund.accepted(shop, card)
        overtaken, other = refund.states(), refund.states()
        for _ in range(first):
            next(overtaken, None)
        list(other)
        list(overtaken)

        refund.assert_completed()


def test_a_fault_after_the_write_of_a_step_does_not_change_the_end(shop: ShopOnMoto) -> None:
    for call in count(1):
        refund = Refund.accepted(shop)
        invoke = FaultsAfterItsWrite(call)

        run_refund(shop.refund_input(refund.order_id, refund.return_id), invoke)

        refund.assert_completed()
        if invoke.calls_left > 0:
            break
    assert call > 3


@settings(max_examples=20)
@given(choices=st.lists(st.integers(0, 2), max_size=30))
def test_concurrent_runs_refund_once(shop: ShopOnMoto, choices: list[int]) -> None:
    refund = Refund.accepted(shop)
    runs = [refund.states() for _ in range(3)]

    for choice in choices:
        next(runs[choice], None)
    for run in runs:
        list(run)

    refund.assert_completed()


class Request(NamedTuple):
    """A requested return, and what the operator does with it."""

    quantity: int
    answer: str
    restock: bool


requests = st.lists(
    st.builds(Request, st.integers(1, BOUGHT), st.sampled_from(["approve", "reject"]), st.booleans()), max_size=3
)


class Returned(NamedTuple):
    """How many pieces are refunded because of returns, and how many of them are restocked."""

    pieces: int = 0
    restocked: int = 0


@settings(max_examples=25)
@given(before=requests, fate=st.sampled_from(["arrives", "lost", "turns up"]), after=requests)
def test_money_and_stock_balance_after_any_returns_with_and_without_a_lost_parcel(
    shop: ShopOnMoto, before: list[Request], fate: str, after: list[Request]
) -> None:
    sku = shop.product(stock=STOCK, unit_price=PRICE)
    order_id = shop.confirmed_order((sku, BOUGHT))

    returned = answer_all(shop, order_id, sku, before, Returned())
    if fate != "arrives":
        lose(shop, order_id, turns_up=fate == "turns up")
        returned = returned._replace(pieces=BOUGHT)
    returned = answer_all(shop, order_id, sku, after, returned, is_lost=fate == "lost")

    order = shop.order(order_id)
    assert order.get("refunded", 0) == shop.refunded_at_gateway(order_id) == returned.pieces * PRICE
    assert 0 <= order.get("refunded", 0) <= order["total"]
    assert shop.available(sku) == STOCK - BOUGHT + returned.restocked
    assert list(imbalances((event for event in shop.events() if event.subject == order_id), now())) == []


def answer_all(
    shop: ShopOnMoto, order_id: str, sku: str, requested: list[Request], returned: Returned, *, is_lost: bool = False
) -> Returned:
    """Request, answer and refund returns of an order. Return what is returned after them."""
    for quantity, answer, restock in requested:
        response = shop.post_return(order_id, (sku, quantity))
        fits = returned.pieces + quantity <= BOUGHT
        assert response.status == (409 if is_lost else 202 if fits else 422)
        if response.status != 202:
            continue
        return_id = response.document["return_id"]
        shop.answer_return(order_id, return_id, answer, restock=restock and answer == "approve")
        if answer == "approve":
            list(states_of_refund(shop.refund_input(order_id, return_id)))
            returned = Returned(returned.pieces + quantity, returned.restocked + (quantity if restock else 0))
    return returned


def lose(shop: ShopOnMoto, order_id: str, *, turns_up: bool) -> None:
    """Lose the parcel and refund it twice. After that, it may turn up."""
    shop.deliver_webhook(order_id, "lost")
    for _ in range(2):
        answer = invoke_handler("RefundLostShipment", {"order_id": order_id})
        if answer["outcome"] != "NOTHING_TO_REFUND":
            shop.refund(order_id, lost_parcel_id_of(order_id))
    if turns_up:
        shop.deliver_webhook(order_id, "delivered")
    shop.deliver()
