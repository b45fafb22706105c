"""A payment that waits: webhooks in any order, number and delay, runs, cancellations and timeouts converge."""

from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

import authorize_payment
from kernel.timestamps import now, timestamp
from tests.support.fake_gateway import REQUIRES_ACTION, Webhook, deliver_webhook, use_fake_gateway
from tests.support.saga_run import invoke_handler, states_of_run
from tests.support.shop_on_moto import shop_on_moto

STOCK, QUANTITY, PRICE = 5, 2, 1500
DECISIONS = {"OrderConfirmed", "OrderRejected", "OrderCancelled"}
either_run = st.sampled_from(["first", "second"])


class LostAnswer(Exception):
    """The function did its work, but its response is lost."""


class PaymentModel(RuleBasedStateMachine):
    """One order whose customer must confirm the payment. Its steps, the consumer and the tables are the real ones.

    The bank and its webhooks are fake: a webhook can be delivered at any time after it was sent, any number of times.
    """

    def __init__(self) -> None:
        super().__init__()
        self.resources = ExitStack()
        patches = self.resources.enter_context(pytest.MonkeyPatch.context())
        self.shop = self.resources.enter_context(shop_on_moto(patches.setenv))
        self.bank = use_fake_gateway(patches)
        patches.setattr(authorize_payment, "now", lambda: self.time or now())
        self.time: str | None = None
        self.runs: dict[str, Iterator[str]] = {}
        self.sent: list[Webhook] = []
        self.loses_next_answer = False

    @initialize()
    def place(self) -> None:
        self.kettle = self.shop.product(stock=STOCK, unit_price=PRICE)
        self.order_id = self.shop.place((self.kettle, QUANTITY), payment_method=REQUIRES_ACTION)
        self.start_again("first")
        self.start_again("second")

    @rule(run=either_run)
    def start_again(self, run: str) -> None:
        """Kill the current run: its next state never executes."""
        self.runs[run] = states_of_run(self.shop.saga_input(self.order_id), self.invoke)

    @rule(run=either_run, states=st.integers(1, 12))
    def go_on(self, run: str, states: int) -> None:
        list(islice(self.runs[run], states))

    @rule()
    def lose_the_next_answer(self) -> None:
        self.loses_next_answer = True

    @precondition(lambda self: self.is_at_the_bank)
    @rule(approves=st.booleans())
    def answer_at_the_bank(self, approves: bool) -> None:
        self.sent.append((self.bank.approve if approves else self.bank.decline)(self.order_id))

    @precondition(lambda self: self.bank.statuses.get(self.order_id) in ("DECLINED", "VOIDED"))
    @rule()
    def hold_too_late(self) -> None:
        """The provider holds the amount although it declined or voided the payment before, and says so."""
        self.bank.statuses[self.order_id] = "HELD"
        self.sent.append(self.bank.webhook(self.order_id, "payment.authorized"))

    @precondition(lambda self: self.sent)
    @rule(which=st.integers(0, 5))
    def deliver(self, which: int) -> None:
        deliver_webhook(self.sent[which % len(self.sent)])

    @rule(kind=st.sampled_from(["payment.authorized", "payment.failed"]))
    def deliver_with_another_amount(self, kind: str) -> None:
        deliver_webhook(self.bank.webhook(self.order_id, kind, amount=1))

    @rule()
    def cancel(self) -> None:
        answer = self.shop.call("POST", f"/orders/{self.order_id}/cancellation")
        assert answer.status in (202, 409)

    @rule()
    def let_the_payment_expire(self) -> None:
        self.time = timestamp(datetime.now(UTC) + timedelta(days=1))

    def teardown(self) -> None:
        """Finish the runs, deliver every webhook, and run the saga once more after the payment's timeout."""
        with self.resources:
            for run in self.runs.values():
                list(run)
            self.let_the_payment_expire()
            list(states_of_run(self.shop.saga_input(self.order_id), self.invoke))
            for webhook in self.sent:
                assert not deliver_webhook(webhook)
            self.adds_up()

    def adds_up(self) -> None:
        types = [event.type for event in self.shop.events() if event.subject == self.order_id]
        assert self.shop.is_settled(self.order_id)
        assert len(types) == len(set(types)), "every event happens once"
        assert len(DECISIONS.intersection(types)) == 1
        is_confirmed = "OrderConfirmed" in types
        assert self.bank.statuses.get(self.order_id) in ({"CAPTURED"} if is_confirmed else {None, "DECLINED", "VOIDED"})
        assert self.shop.available(self.kettle) == (STOCK - QUANTITY if is_confirmed else STOCK)
        order = self.shop.order(self.order_id)
        assert "action_url" not in (order["payment"] or {})

    @property
    def is_at_the_bank(self) -> bool:
        return self.bank.statuses.get(self.order_id) == "PENDING"

    def invoke(self, step: str, payload: dict[str, Any]) -> dict[str, Any]:
        answer = invoke_handler(step, payload)
        if self.loses_next_answer:
            self.loses_next_answer = False
            raise LostAnswer(step)
        return answer


TestPaymentModel = PaymentModel.TestCase
TestPaymentModel.settings = settings(max_examples=30, stateful_step_count=15, deadline=None)
