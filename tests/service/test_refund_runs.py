"""The runs of refund_return: which event starts which run, and what the sweeper does if one is lost."""

from importlib import import_module
from typing import Any
from uuid import uuid4

import pytest

import chase_tasks
import start_refund
import sweep_returns
import task_store
from tests.support.fake_step_functions import FakeStepFunctions, use_fake_step_functions
from tests.support.operator_tasks import Operators
from tests.support.queues_on_moto import QueuesOnMoto
from tests.support.saga_run import invoke_handler, lambda_context, run_refund
from tests.support.shop_on_moto import ShopOnMoto, sqs_record
from tests.support.telemetry import telemetry_of


@pytest.fixture
def step_functions(monkeypatch: pytest.MonkeyPatch) -> FakeStepFunctions:
    monkeypatch.setenv("QUIET_SECONDS", "0")
    monkeypatch.setenv("DEAD_LETTER_QUEUE_URL", "dead-letters")
    return use_fake_step_functions(monkeypatch)


@pytest.fixture
def accepted(shop: ShopOnMoto, step_functions: FakeStepFunctions) -> tuple[str, str]:
    """Return the ids of an order and of its accepted return."""
    sku = shop.product(unit_price=250)
    order_id = shop.confirmed_order((sku, 2))
    return order_id, shop.accepted_return(order_id, (sku, 2))


def last_event(order_id: str) -> Any:
    return import_module("return_store").load(order_id).events[-1]


def deliver(message: Any) -> None:
    response = start_refund.handler({"Records": [sqs_record(message)]}, lambda_context())
    assert response == {"batchItemFailures": []}


def sweep() -> None:
    sweep_returns.handler({}, lambda_context("sweep_returns"))


def test_an_accepted_return_starts_a_run(step_functions: FakeStepFunctions, accepted: tuple[str, str]) -> None:
    order_id, return_id = accepted

    deliver(last_event(order_id))
    deliver(last_event(order_id))

    (run,) = step_functions.refunds.values()
    (item,) = run.pop("items")
    assert item["quantity"] == 2
    assert run == {
        "order_id": order_id,
        "return_id": return_id,
        "causation_id": f"returns:{order_id}:2",
        "run_id": f"{return_id}-2",
        "run": 1,
        "amount": {"amount": 500, "currency": "EUR"},
        "restock": True,
    }
    assert all(len(name) <= 80 for name in step_functions.refunds)


def test_a_settled_return_starts_no_run(
    shop: ShopOnMoto, step_functions: FakeStepFunctions, accepted: tuple[str, str]
) -> None:
    event = last_event(accepted[0])
    shop.refund(*accepted)

    deliver(event)

    assert step_functions.refunds == {}


def test_no_run_starts_while_an_operator_may_refund_by_hand(
    step_functions: FakeStepFunctions, accepted: tuple[str, str]
) -> None:
    order_id, return_id = accepted
    event = last_event(order_id)
    invoke_handler(
        "RequestReturnAttention", {"order_id": order_id, "return_id": return_id, "failed_steps": ["RefundPayment"]}
    )

    deliver(event)

    assert step_functions.refunds == {}


def test_a_message_about_an_unknown_return_becomes_a_dead_letter(
    shop: ShopOnMoto, step_functions: FakeStepFunctions, monkeypatch: pytest.MonkeyPatch
) -> None:
    queues = QueuesOnMoto(monkeypatch.setenv)
    monkeypatch.setenv("DEAD_LETTER_QUEUE_URL", queues.urls["RefundDeadLetterQueue"])
    run = {"order_id": str(uuid4()), "return_id": "r1", "causation_id": "cause", "run_id": "r1-2"}

    deliver(run)

    (dead_letter,) = queues.messages("RefundDeadLetterQueue")
    assert f"order {run['order_id']} has no returns" in dead_letter["MessageAttributes"]["cause"]["StringValue"]
    assert step_functions.refunds == {}


def test_a_run_that_is_overloaded_requests_the_next_one(shop: ShopOnMoto, accepted: tuple[str, str]) -> None:
    calls = 0

    def overloaded(step: str, payload: dict[str, Any]) -> dict[str, Any]:
        nonlocal calls
        calls += 1
        if calls <= 4:
            raise TimeoutError
        return invoke_handler(step, payload)

    states = run_refund(shop.refund_input(*accepted), overloaded)

    assert states.count("RunAgain") == 2
    assert states[-1] == "CompleteReturn"


def test_a_run_that_is_always_overloaded_ends_with_an_operator(shop: ShopOnMoto, accepted: tuple[str, str]) -> None:
    def overloaded(step: str, payload: dict[str, Any]) -> dict[str, Any]:
        if step == "RefundPayment":
            raise TimeoutError
        return invoke_handler(step, payload)

    assert run_refund(shop.refund_input(*accepted), overloaded)[-1] == "NeedsAttention"
    assert last_event(accepted[0]).data["failed_steps"] == ["RefundPayment"]


def test_the_sweeper_restarts_a_refund_whose_run_was_lost(
    shop: ShopOnMoto, step_functions: FakeStepFunctions, accepted: tuple[str, str]
) -> None:
    sweep()

    (name,) = step_functions.refunds
    assert name.startswith(f"{accepted[1]}-2-sweep-1")
    assert run_refund(step_functions.refunds[name])[-1] == "CompleteReturn"
    sweep()
    assert len(step_functions.refunds) == 1
    assert shop.refunded_at_gateway(accepted[0]) == 500


def test_the_sweeper_leaves_a_recent_return_alone(
    step_functions: FakeStepFunctions, accepted: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("QUIET_SECONDS", "300")

    sweep()

    assert step_functions.refunds == {}


def test_after_three_runs_without_an_event_an_operator_helps(
    step_functions: FakeStepFunctions, accepted: tuple[str, str]
) -> None:
    for _ in range(5):
        sweep()

    assert len(step_functions.refunds) == 3
    assert (last_event(accepted[0]).type, last_event(accepted[0]).data["failed_steps"]) == (
        "ReturnNeedsAttention",
        ["Sweep"],
    )


def test_a_return_that_is_accepted_during_the_sweep_is_not_given_up(
    shop: ShopOnMoto, step_functions: FakeStepFunctions, monkeypatch: pytest.MonkeyPatch
) -> None:
    sku = shop.product()
    order_id = shop.confirmed_order((sku, 2))
    shop.accepted_return(order_id, (sku, 1))
    for _ in range(3):
        sweep()
    load = sweep_returns.load

    def overtaken(order_id: str) -> Any:
        state = load(order_id)
        shop.accepted_return(order_id, (sku, 1))
        return state

    monkeypatch.setattr(sweep_returns, "load", overtaken)
    sweep()

    assert last_event(order_id).type == "ReturnAccepted"


def test_the_sweeper_requests_a_missing_task(shop: ShopOnMoto, step_functions: FakeStepFunctions) -> None:
    sku = shop.product()
    order_id = shop.confirmed_order((sku, 2))
    shop.request_return(order_id, (sku, 1))

    sweep()
    sweep()

    assert list(step_functions.waits) == [f"{order_id}-returns-1"]
    assert step_functions.refunds == {}


def test_the_fault_of_one_order_does_not_stop_the_others(
    shop: ShopOnMoto, step_functions: FakeStepFunctions, accepted: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    sku = shop.product()
    order_id = shop.confirmed_order((sku, 1))
    shop.accepted_return(order_id, (sku, 1))
    start = sweep_returns.refund_run.start
    monkeypatch.setattr(
        sweep_returns.refund_run, "start", lambda run, state: start(run, state) if run.order_id == order_id else 1 / 0
    )

    with pytest.raises(sweep_returns.SweepFault, match="1 orders"):
        sweep()

    assert [run["order_id"] for run in step_functions.refunds.values()] == [order_id]


def test_an_overdue_return_reminds_and_is_not_decided(
    shop: ShopOnMoto,
    step_functions: FakeStepFunctions,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    sku = shop.product()
    order_id = shop.confirmed_order((sku, 2))
    shop.request_return(order_id, (sku, 1))
    operators = Operators(shop, step_functions)  # type: ignore[arg-type]
    operators.consume("attend_orders", last_event(order_id))
    operators.consume("open_task", step_functions.waits[f"{order_id}-returns-1"] | {"token": "token"})
    monkeypatch.setenv("REVIEW_TIMEOUT_SECONDS", "0")
    telemetry = telemetry_of(monkeypatch, capsys)
    telemetry.metrics()

    chase_tasks.handler({}, lambda_context("chase_tasks"))

    assert [line["ReturnsOverdue"] for line in telemetry.metrics()] == [[1.0]]
    assert [task.status for task in task_store.list_tasks("open", limit=10).tasks] == ["open"]
