"""The sweeper: which orders it runs again, how often, and which ones it ignores."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

import attend_orders
import decision_callback
import fulfilment_run
import order_store
import permits
import sweep_orders
from kernel.dynamodb import dynamodb, to_item
from kernel.timestamps import now, timestamp
from reconciliation import Reconciliation
from tests.support.fake_step_functions import FakeStepFunctions, use_fake_step_functions
from tests.support.fulfilments import ENDS, PlacedOrder, Situation
from tests.support.saga_run import invoke_handler, lambda_context, run_saga
from tests.support.shop_on_moto import ShopOnMoto

CONFIRMED = ENDS[Situation("everything works")]


@pytest.fixture
def step_functions(monkeypatch: pytest.MonkeyPatch) -> FakeStepFunctions:
    monkeypatch.setenv("QUIET_SECONDS", "0")
    return use_fake_step_functions(monkeypatch)


@pytest.fixture
def order(shop: ShopOnMoto) -> PlacedOrder:
    return Situation("everything works").place(shop)


def sweep() -> dict[str, int]:
    return dict(sweep_orders.handler({}, lambda_context("sweep_orders")))


def run_last(step_functions: FakeStepFunctions) -> None:
    """Run the saga that was started last."""
    run_saga(list(step_functions.runs.values())[-1])


def test_an_order_whose_message_was_lost_gets_a_run(step_functions: FakeStepFunctions, order: PlacedOrder) -> None:
    assert sweep() == {"run_again": 1}

    name = f"{order.order_id}-sweep-1"
    assert step_functions.runs == {name: order.input() | {"run_id": name}}
    run_last(step_functions)
    assert order.end() == CONFIRMED


def test_the_sweeper_completes_an_order_after_a_crash_before_the_compensation(
    step_functions: FakeStepFunctions, order: PlacedOrder
) -> None:
    for step in ("ReserveStock", "AuthorizePayment", "RejectOrder"):
        invoke_handler(step, order.input() | {"reason": "ADDRESS_REFUSED"})

    assert sweep() == {"run_again": 1}
    run_last(step_functions)

    end = order.end()
    assert (end.status, end.money, end.available, end.settled) == ("REJECTED", ("VOIDED", 0), 5, True)


def test_the_sweeper_completes_an_order_after_a_crash_before_the_capture(
    step_functions: FakeStepFunctions, order: PlacedOrder
) -> None:
    for step in ("ReserveStock", "AuthorizePayment", "BookShipment", "ConfirmOrder"):
        invoke_handler(step, order.input())

    sweep()
    run_last(step_functions)

    assert order.end() == CONFIRMED


def test_the_sweeper_completes_a_cancellation_whose_message_was_lost(
    step_functions: FakeStepFunctions, shop: ShopOnMoto, order: PlacedOrder
) -> None:
    invoke_handler("ReserveStock", order.input())
    shop.call("POST", f"/orders/{order.order_id}/cancellation")

    sweep()
    run_last(step_functions)

    end = order.end()
    assert (end.status, end.available, end.settled) == ("CANCELLED", 5, True)


@pytest.mark.parametrize("situation", [s for s, end in ENDS.items() if end.settled], ids=lambda s: s.name)
def test_a_settled_order_is_not_swept(
    step_functions: FakeStepFunctions, shop: ShopOnMoto, situation: Situation
) -> None:
    order = situation.place(shop)
    run_saga(order.input())

    assert sweep() == {}
    assert step_functions.runs == {}


def test_an_order_that_needs_attention_is_not_run_again(step_functions: FakeStepFunctions, shop: ShopOnMoto) -> None:
    order = Situation("x", "pm_capture_down").place(shop)
    run_saga(order.input())

    assert [sweep() for _ in range(5)] == [{"waits_for_a_person": 1}] * 5
    assert step_functions.runs == {}


@pytest.mark.parametrize(
    ("step", "facts"), [("RequestReview", {}), ("RequestAttention", {"failed_steps": ["RejectOrder"]})]
)
def test_the_sweeper_starts_a_missing_wait_for_an_operator(
    step_functions: FakeStepFunctions, order: PlacedOrder, step: str, facts: dict[str, Any]
) -> None:
    invoke_handler(step, order.input() | facts)

    sweep()
    swept = dict(step_functions.waits)
    step_functions.waits.clear()
    question = order_store.load(order.order_id).order.events[-1]
    body = {"messageId": "1", "body": json.dumps(question.document()), "attributes": {}, "eventSource": "aws:sqs"}
    attend_orders.handler({"Records": [body]}, lambda_context("attend_orders"))

    assert swept == step_functions.waits
    assert list(swept) == [f"{order.order_id}-orders-2"]


@pytest.mark.parametrize("end", ["FAILED", "ABORTED", "TIMED_OUT", "SUCCEEDED"])
def test_a_wait_that_ended_without_a_decision_is_started_again(
    step_functions: FakeStepFunctions, order: PlacedOrder, end: str
) -> None:
    invoke_handler("RequestReview", order.input())
    first, second, third = (f"{order.order_id}-orders-2{number}" for number in ("", "-again-2", "-again-3"))

    sweep()
    step_functions.ended[first] = end
    sweep()
    sweep()
    assert list(step_functions.waits) == [first, second], "only one execution waits at a time"

    step_functions.ended[second] = end
    sweep()
    assert list(step_functions.waits) == [first, second, third]
    assert step_functions.waits[first] == step_functions.waits[third]


def test_waits_that_always_fail_are_started_once_an_hour(
    step_functions: FakeStepFunctions, order: PlacedOrder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(decision_callback, "MAX_QUICK_STARTS", 3)
    hours = iter(["2026-11-20T15", "2026-11-20T15", "2026-11-20T16"])
    monkeypatch.setattr(decision_callback, "now", lambda: f"{next(hours)}:00:00.000000Z")
    invoke_handler("RequestReview", order.input())

    def sweep_and_fail() -> None:
        sweep()
        step_functions.ended = dict.fromkeys(step_functions.waits, "FAILED")

    for _ in range(6):
        sweep_and_fail()

    names = [name.removeprefix(f"{order.order_id}-orders-2") for name in step_functions.waits]
    assert names == ["", "-again-2", "-again-3", "-again-2026-11-20T15", "-again-2026-11-20T16"]
    assert all(len(name) <= 80 for name in step_functions.waits), "Step Functions accepts at most 80 characters"


def test_a_completed_task_starts_no_wait(step_functions: FakeStepFunctions, order: PlacedOrder) -> None:
    invoke_handler("RequestReview", order.input())
    answer = {"kind": "review", "sequence": 2, "decision": "approve", "operator_id": "olive"}
    invoke_handler("AnswerReview", order.input() | answer)

    assert sweep() == {"run_again": 1}
    assert step_functions.waits == {}


def test_an_order_is_run_again_only_after_a_quiet_period(
    step_functions: FakeStepFunctions, order: PlacedOrder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("QUIET_SECONDS", "300")
    assert sweep() == {}

    placed_long_ago(order)
    assert sweep() == {"run_again": 1}
    assert sweep() == {}, "a run starts a new quiet period"


def test_the_pause_doubles_after_each_run_without_a_new_event() -> None:
    placed, quiet = datetime(2026, 1, 1, tzinfo=UTC), timedelta(minutes=5)
    first = Reconciliation(timestamp(placed)).after_run(1, placed, quiet)
    second = first.after_run(1, placed, quiet)

    assert first.quiet_since == timestamp(placed), "due after one quiet period"
    assert second.quiet_since == timestamp(placed + quiet), "due after two quiet periods"
    assert second.after_run(1, placed, quiet).quiet_since == timestamp(placed + 3 * quiet), "after four quiet periods"
    assert second.after_run(2, placed, quiet).quiet_since == timestamp(placed), "new event: due after one quiet period"


def test_an_old_order_with_a_recent_event_is_not_run_again(
    step_functions: FakeStepFunctions, order: PlacedOrder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("QUIET_SECONDS", "300")
    invoke_handler("ConfirmOrder", order.input())
    placed_long_ago(order)

    assert [sweep(), sweep()] == [{"left_alone": 1}, {}]
    assert step_functions.runs == {}


def test_after_three_runs_without_a_new_event_the_order_needs_attention(
    step_functions: FakeStepFunctions, order: PlacedOrder
) -> None:
    swept = [sweep() for _ in range(5)]

    assert swept == [{"run_again": 1}] * 3 + [{"given_up": 1}, {"waits_for_a_person": 1}]
    assert list(step_functions.runs) == [f"{order.order_id}-sweep-{n}" for n in (1, 2, 3)]
    event = order_store.load(order.order_id).order.events[-1]
    assert (event.type, event.data["failed_steps"]) == ("OrderNeedsAttention", ["Sweep"])


def test_a_run_with_a_new_event_resets_the_count(step_functions: FakeStepFunctions, order: PlacedOrder) -> None:
    for _ in range(3):
        sweep()
    invoke_handler("ConfirmOrder", order.input())

    assert [sweep() for _ in range(4)] == [{"run_again": 1}] * 3 + [{"given_up": 1}]
    assert list(step_functions.runs) == [f"{order.order_id}-sweep-{n}" for n in range(1, 7)]


def test_an_order_that_the_sweeper_gave_up_is_resolved_by_a_later_run(
    step_functions: FakeStepFunctions, order: PlacedOrder
) -> None:
    for _ in range(4):
        sweep()

    run_saga(order.input())

    end = order.end()
    assert (end.status, end.settled) == ("CONFIRMED", True)
    assert end.event_types == tuple(sorted([*CONFIRMED.event_types, "OrderNeedsAttention", "OrderResolved"]))


def test_two_concurrent_sweepers_start_one_run(
    step_functions: FakeStepFunctions, order: PlacedOrder, monkeypatch: pytest.MonkeyPatch
) -> None:
    start, other = fulfilment_run.start, []

    def overtaken(*arguments: Any) -> bool:
        if not other:
            other.append({})
            other[0] = sweep()
        return start(*arguments)

    monkeypatch.setattr(fulfilment_run, "start", overtaken)

    assert (sweep(), other) == ({"left_alone": 1}, [{"run_again": 1}])
    assert list(step_functions.runs) == [f"{order.order_id}-sweep-1"]
    assert order_store.load(order.order_id).reconciliation.runs == 1


def test_the_sweeper_starts_no_more_sagas_than_may_run(
    step_functions: FakeStepFunctions, shop: ShopOnMoto, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MAX_RUNNING_SAGAS", "1")
    first, second = (Situation("everything works").place(shop) for _ in range(2))

    assert sweep() == {"run_again": 1, "waits_for_a_permit": 1}
    assert list(step_functions.runs) == [f"{first.order_id}-sweep-1"]

    run_last(step_functions)
    assert sweep() == {"run_again": 1}
    run_last(step_functions)
    assert (first.end(), second.end()) == (CONFIRMED, CONFIRMED)


def test_an_order_that_waits_for_a_permit_is_not_given_up(
    step_functions: FakeStepFunctions, order: PlacedOrder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MAX_RUNNING_SAGAS", "1")
    permits.running_sagas().acquire("another-order")

    assert [sweep() for _ in range(5)] == [{"waits_for_a_permit": 1}] * 5


def test_an_order_that_is_settled_during_the_sweep_stays_settled(
    step_functions: FakeStepFunctions, order: PlacedOrder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fulfilment_run, "start_execution", lambda *_: run_saga(order.input()))

    assert sweep() == {"left_alone": 1}
    assert order.end() == CONFIRMED
    assert sweep() == {}


def test_a_failing_order_does_not_block_others_and_the_error_is_raised(
    step_functions: FakeStepFunctions, shop: ShopOnMoto
) -> None:
    first, second, third = (Situation("everything works").place(shop) for _ in range(3))
    key = to_item({"order_id": second.order_id, "sequence": 2})
    dynamodb().put_item(TableName="Orders", Item=key | to_item({"events": ["no event"]}))

    with pytest.raises(sweep_orders.SweepFault, match="1 order"):
        sweep()

    assert list(step_functions.runs) == [f"{order.order_id}-sweep-1" for order in (first, third)], "longest quiet first"


def test_a_run_that_could_not_be_started_does_not_count(
    step_functions: FakeStepFunctions, order: PlacedOrder, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(step_functions, "start_execution", lambda **_: 1 / 0)
        for _ in range(5):
            with pytest.raises(sweep_orders.SweepFault):
                sweep()

    assert sweep() == {"run_again": 1}
    assert list(step_functions.runs) == [f"{order.order_id}-sweep-1"]


def test_orders_beyond_the_time_limit_are_left_to_the_next_sweep(
    step_functions: FakeStepFunctions, shop: ShopOnMoto
) -> None:
    for _ in range(3):
        Situation("everything works").place(shop)
    context = lambda_context("sweep_orders")
    time_left = iter([11_000, 9_000])
    context.get_remaining_time_in_millis = lambda: next(time_left)

    assert sweep_orders.handler({}, context) == {"run_again": 1}
    assert sweep() == {"run_again": 3}, "the two remaining orders, and the first again, because its quiet period is 0"


def test_the_sweeper_reads_the_sparse_index_without_a_scan(
    step_functions: FakeStepFunctions, order: PlacedOrder, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("no scan expected")

    monkeypatch.setattr(dynamodb(), "scan", refuse)

    assert sweep() == {"run_again": 1}


def test_the_sweeper_records_metrics(
    step_functions: FakeStepFunctions, order: PlacedOrder, capsys: pytest.CaptureFixture[str]
) -> None:
    sweep()

    told = [json.loads(line) for line in capsys.readouterr().out.splitlines() if line.startswith("{")]
    metrics = {name: line[name] for line in told for name in ("OrdersSweptAgain", "OrdersGivenUp") if name in line}
    assert metrics == {"OrdersSweptAgain": [1.0]}


def placed_long_ago(order: PlacedOrder) -> None:
    """Move the order's time of placement to the year 2004."""
    first = order_store.load(order.order_id).order.events[0]
    then = f"2004{now()[4:]}"  # a leap year
    dynamodb().update_item(
        TableName="Orders",
        Key=to_item({"order_id": order.order_id, "sequence": 1}),
        UpdateExpression="SET unsettled_since = :then, events = :events",
        ExpressionAttributeValues=to_item(
            {":then": then, ":events": [first.model_copy(update={"time": then}).document()]}
        ),
    )
