"""A model of the saga: any interleaving of two runs, a cancellation, faults and kills ends in a consistent state."""

from collections.abc import Iterator
from contextlib import ExitStack
from itertools import islice
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from tests.support.saga_run import invoke_handler, states_of_run
from tests.support.shop_on_moto import shop_on_moto

STOCK, QUANTITY, PRICE = 5, 2, 1500
DECISIONS = {"OrderConfirmed", "OrderRejected", "OrderCancelled"}
INPUTS = [
    ("pm_card_visa", "12345"),
    ("pm_card_declined", "12345"),
    ("pm_gateway_flaky", "12345"),
    ("pm_gateway_down", "12345"),
    ("pm_capture_flaky", "12345"),
    ("pm_card_visa", "00000"),
    ("pm_card_visa", "99999"),
]
either_run = st.sampled_from(["first", "second"])


class LostAnswer(Exception):
    """The function did its work, but its response is lost."""


class SagaModel(RuleBasedStateMachine):
    """One order. Its saga steps and tables are the real ones, on moto."""

    def __init__(self) -> None:
        super().__init__()
        self.resources = ExitStack()
        environment = self.resources.enter_context(pytest.MonkeyPatch.context())
        self.shop = self.resources.enter_context(shop_on_moto(environment.setenv))
        self.runs: dict[str, Iterator[str]] = {}
        self.loses_next_answer = False

    @initialize(wanted=st.sampled_from(INPUTS))
    def place(self, wanted: tuple[str, str]) -> None:
        payment_method, postal_code = wanted
        self.kettle = self.shop.product(stock=STOCK, unit_price=PRICE)
        self.order_id = self.shop.place((self.kettle, QUANTITY), payment_method=payment_method, postal_code=postal_code)
        self.start_again("first")
        self.start_again("second")

    @rule(run=either_run)
    def start_again(self, run: str) -> None:
        """Kill the current run: its next state never executes."""
        self.runs[run] = states_of_run(self.shop.saga_input(self.order_id), self.invoke)

    @rule(run=either_run, states=st.integers(1, 12))
    def go_on(self, run: str, states: int) -> None:
        self.watch(islice(self.runs[run], states))

    @rule()
    def lose_the_next_answer(self) -> None:
        self.loses_next_answer = True

    @rule()
    def cancel(self) -> None:
        answer = self.shop.call("POST", f"/orders/{self.order_id}/cancellation")
        assert answer.status in (202, 409)

    def teardown(self) -> None:
        """Finish the runs with the oldest input, although the order may be decided. Then run the saga once more."""
        with self.resources:
            for run in self.runs.values():
                self.watch(run)
            self.watch(states_of_run(self.shop.saga_input(self.order_id), self.invoke))
            self.is_settled_and_adds_up()

    def watch(self, run: Iterator[str]) -> None:
        for state in run:
            if state == "CapturePayment" and "PaymentCaptured" in self.types():
                assert "OrderConfirmed" in self.types()

    def is_settled_and_adds_up(self) -> None:
        assert self.shop.is_settled(self.order_id)
        types = self.types()
        assert len(DECISIONS & types) == 1
        confirmed = "OrderConfirmed" in types
        assert self.shop.available(self.kettle) == (STOCK - QUANTITY if confirmed else STOCK)
        money, amount = self.shop.money_at_gateway(self.order_id)
        if confirmed:
            assert (money, amount) == ("CAPTURED", QUANTITY * PRICE)
            assert self.shop.booked_at_carrier(self.order_id) == "BOOKED"
        else:
            assert money in ("NOTHING", "VOIDED")
            assert self.shop.booked_at_carrier(self.order_id) in ("NOTHING", "CANCELLED")

    def invoke(self, step: str, payload: dict[str, Any]) -> dict[str, Any]:
        answer = invoke_handler(step, payload)
        if self.loses_next_answer:
            self.loses_next_answer = False
            raise LostAnswer(step)
        return answer

    def types(self) -> set[str]:
        return {event.type for event in self.shop.events() if event.subject == self.order_id}


TestSagaModel = SagaModel.TestCase
TestSagaModel.settings = settings(max_examples=30, stateful_step_count=12, deadline=None)
