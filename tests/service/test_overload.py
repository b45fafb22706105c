"""Overload delays an order and never rejects it: its run ends undecided, and the saga runs again."""

import json
from typing import Any

import pytest

import start_fulfilment
from tests.support.fake_step_functions import FakeStepFunctions, use_fake_step_functions
from tests.support.fulfilments import ENDS, PlacedOrder, Situation
from tests.support.saga_run import DEFINITION, invoke_handler, lambda_context, run_saga, states_of_run
from tests.support.shop_on_moto import ShopOnMoto

STEPS = [name for name, state in DEFINITION["States"].items() if state.get("Resource", "").endswith("lambda:invoke")]
RUNS = 6
HAPPY = Situation("everything works")
REFUSED = Situation("the carrier refuses", postal_code="00000")
# Together, these orders reach every step.
SITUATIONS = [
    HAPPY,
    REFUSED,
    *(each for each in ENDS if ENDS[each].status in ("AWAITING_PAYMENT", "IN_REVIEW", "NEEDS_ATTENTION")),
]


class Overloaded:
    """Functions of which one times out: for its first calls, or always."""

    def __init__(self, step: str, calls: int | None = None) -> None:
        self.step = step
        self.calls_left = calls

    def __call__(self, step: str, payload: dict[str, Any]) -> dict[str, Any]:
        if step == self.step and (self.calls_left is None or self.calls_left > 0):
            if self.calls_left is not None:
                self.calls_left -= 1
            raise TimeoutError(step)
        return invoke_handler(step, payload)


@pytest.mark.parametrize("situation", SITUATIONS, ids=lambda situation: situation.name)
@pytest.mark.parametrize("step", STEPS)
def test_temporary_timeouts_do_not_change_the_end_of_an_order(
    shop: ShopOnMoto, step: str, situation: Situation
) -> None:
    order = situation.place(shop)

    overloaded = Overloaded(step, calls=3)
    run_saga(order.input(), overloaded)
    if step == "RequestAttention":
        # No message is left to restart the run: the sweeper finds the order.
        run_saga(order.input(), overloaded)

    assert order.end() == ENDS[situation]


@pytest.mark.parametrize("situation", [HAPPY, REFUSED], ids=lambda situation: situation.name)
@pytest.mark.parametrize("step", [step for step in STEPS if step not in ("RequestAttention", "RequestReview")])
def test_an_order_whose_function_always_times_out_needs_attention(
    shop: ShopOnMoto, step: str, situation: Situation
) -> None:
    order = situation.place(shop)

    states = run_saga(order.input(), Overloaded(step))

    if order.end() == ENDS[situation]:
        assert "RunAgain" not in states, "this order never needs the step"
        return
    assert states.count("RunAgain") == RUNS - 1
    attention = next(event for event in order.events() if event.type == "OrderNeedsAttention")
    assert attention.data["failed_steps"] == [step]
    assert order.end().reason == (ENDS[situation].reason if _is_decided(order) else None)


def _is_decided(order: PlacedOrder) -> bool:
    return any(event.type in ("OrderConfirmed", "OrderRejected") for event in order.events())


def test_all_other_compensations_run_if_one_times_out(shop: ShopOnMoto) -> None:
    order = REFUSED.place(shop)

    run_saga(order.input(), Overloaded("VoidPayment"))

    end = order.end()
    assert (end.status, end.available, end.money[0]) == ("NEEDS_ATTENTION", 5, "HELD")


def test_a_late_run_starts_no_step_and_requests_another_run(shop: ShopOnMoto, monkeypatch: pytest.MonkeyPatch) -> None:
    order = HAPPY.place(shop)
    started = "2020-01-01T00:00:00.000Z"
    run = states_of_run(order.input())

    with monkeypatch.context() as late:
        late.setattr("tests.support.saga_run.start_time", lambda: started)
        states = [next(run) for _ in range(6)]

    assert states[-4:] == ["ReserveStock", "Stock reserved?", "Run again?", "RunAgain"]
    assert list(run)[-1] == "SettleOrder"
    assert order.end() == ENDS[HAPPY]


@pytest.fixture
def step_functions(monkeypatch: pytest.MonkeyPatch) -> FakeStepFunctions:
    monkeypatch.setenv("DEAD_LETTER_QUEUE_URL", "dead-letters")
    return use_fake_step_functions(monkeypatch)


def deliver(message: dict[str, Any]) -> dict[str, Any]:
    record = {
        "messageId": "1",
        "body": json.dumps(message),
        "attributes": {"ApproximateReceiveCount": "1"},
        "eventSource": "aws:sqs",
    }
    return dict(start_fulfilment.handler({"Records": [record]}, lambda_context()))


def run_again(order: PlacedOrder, run: int = 2) -> dict[str, Any]:
    return {
        "order_id": order.order_id,
        "causation_id": f"orders:{order.order_id}:1",
        "run_id": f"{order.order_id}-1",
        "run": run,
    }


def test_the_message_of_an_undecided_run_starts_the_next_one_once(
    shop: ShopOnMoto, step_functions: FakeStepFunctions
) -> None:
    order = HAPPY.place(shop)

    assert [deliver(run_again(order)), deliver(run_again(order))] == [{"batchItemFailures": []}] * 2

    assert step_functions.runs == {f"{order.order_id}-1-run-2": order.input() | {"run": 2}}


def test_a_settled_order_is_not_run_again(shop: ShopOnMoto, step_functions: FakeStepFunctions) -> None:
    order = HAPPY.place(shop)
    run_saga(order.input())

    deliver(run_again(order))

    assert step_functions.runs == {}
