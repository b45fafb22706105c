"""Operator tasks: opened once per event, decided once, decision delivered, closed when no decision is needed."""

from typing import Any

import pytest
from botocore.exceptions import ClientError

import chase_tasks
import gateway
import task_store
from kernel.cloud_event import Cause, CloudEvent
from kernel.money import Money
from kernel.page_request import next_token
from order_events import DecidedBy, OrderRejected
from tests.support.operator_tasks import Operators
from tests.support.problem_document import assert_problem
from tests.support.saga_run import REVIEW_THRESHOLD, REVIEW_THRESHOLDS, TimedOut, invoke_handler, lambda_context
from tests.support.shop_on_moto import Response, ShopOnMoto


@pytest.fixture
def in_review(operators: Operators) -> str:
    """Return the id of an order that waits for a review."""
    order_id = operators.shop.place((operators.shop.product(stock=5, unit_price=REVIEW_THRESHOLD), 1))
    assert operators.shop.fulfil(order_id)[-1] == "WaitsForReview"
    return order_id


@pytest.fixture
def uncaptured(operators: Operators) -> str:
    """Return the id of a confirmed order whose payment cannot be captured."""
    order_id = operators.shop.place((operators.shop.product(stock=5), 1), payment_method="pm_capture_down")
    assert operators.shop.fulfil(order_id)[-1] == "NeedsAttention"
    return order_id


def rejected(operators: Operators, order_id: str) -> CloudEvent:
    sequence = len(operators.events(order_id)) + 1
    data = OrderRejected(decided_by=DecidedBy.SAGA, reason="OUT_OF_STOCK")
    return CloudEvent.of(data, source="orders", subject=order_id, sequence=sequence, cause=Cause())


def decide_long_ago(task_id: str) -> None:
    """Store a decision without delivering it, like a function that is killed in between."""
    task_store.change(
        task_id, lambda task: task.resolve(task.verdicts[0], "olive", None, "2026-01-01T00:00:00.000000Z")
    )


def test_an_order_below_the_threshold_is_not_reviewed(shop: ShopOnMoto) -> None:
    order_id = shop.place((shop.product(unit_price=REVIEW_THRESHOLD - 1), 1))

    shop.fulfil(order_id)

    assert shop.order(order_id)["status"] == "CONFIRMED"


@pytest.mark.parametrize(("currency", "threshold"), REVIEW_THRESHOLDS.items())
def test_each_currency_has_its_own_threshold(shop: ShopOnMoto, currency: str, threshold: int) -> None:
    below = shop.place((shop.product(unit_price=threshold - 1, currency=currency), 1))
    reached = shop.place((shop.product(unit_price=threshold, currency=currency), 1))

    assert shop.fulfil(below)[-1] == "SettleOrder"
    assert shop.fulfil(reached)[-1] == "WaitsForReview"


@pytest.mark.parametrize(("total", "currency"), [(100_000, "JPY"), (100_000, "VND"), (10**12, "VND"), (10**12, "KWD")])
def test_small_amounts_and_currencies_without_a_threshold_are_not_reviewed(
    shop: ShopOnMoto, total: int, currency: str
) -> None:
    order_id = shop.place((shop.product(unit_price=total, currency=currency), 1))

    assert shop.fulfil(order_id)[-1] == "SettleOrder"


def test_an_order_in_review_waits_with_its_stock_and_money_held(operators: Operators, in_review: str) -> None:
    order = operators.shop.order(in_review)

    assert (order["status"], order["shipment"]) == ("IN_REVIEW", None)
    assert operators.shop.money_at_gateway(in_review) == ("HELD", REVIEW_THRESHOLD)


def test_a_review_is_requested_once(operators: Operators, in_review: str) -> None:
    assert operators.shop.fulfil(in_review)[-1] == "WaitsForReview"

    assert [event.type for event in operators.events(in_review)] == ["OrderPlaced", "OrderReviewRequested"]


def test_a_task_describes_the_decision_to_make(operators: Operators, in_review: str, uncaptured: str) -> None:
    review, attention = operators.open_task_for(in_review), operators.open_task_for(uncaptured)

    tasks = {task["task_id"]: task for task in operators.tasks()}
    assert tasks[review] | {"opened_at": "now"} == {
        "task_id": review,
        "order_id": in_review,
        "kind": "review",
        "status": "open",
        "opened_at": "now",
        "total": REVIEW_THRESHOLD,
        "currency": "EUR",
        "failed_steps": [],
        "decisions": ["approve", "reject"],
    }
    assert tasks[attention]["failed_steps"] == ["CapturePayment"]
    assert tasks[attention]["decisions"] == ["retry", "resolve"], "a decided order cannot be rejected"


def test_an_approved_order_runs_again_to_its_end(operators: Operators, in_review: str) -> None:
    task = operators.open_task_for(in_review)

    answer = operators.decide(task, "approve", "a known customer")

    assert (answer.status, answer.document["status"], answer.document["decision"]) == (200, "decided", "approve")
    assert operators.carry_out(task)[-1] == "AnswerReview"
    approved = operators.events(in_review)[-1]
    assert approved.type == "OrderReviewApproved"
    assert approved.data["operator_id"] == operators.operator["sub"]
    assert approved.data["comment"] == "a known customer"
    assert approved.causationid == f"orders:{in_review}:2"
    operators.shop.fulfil(in_review)
    assert operators.shop.order(in_review)["status"] == "CONFIRMED"
    assert operators.shop.money_at_gateway(in_review) == ("CAPTURED", REVIEW_THRESHOLD)
    assert operators.shop.is_settled(in_review)


def test_an_approval_that_is_carried_out_twice_adds_one_event(operators: Operators, in_review: str) -> None:
    task = operators.open_task_for(in_review)
    operators.decide(task, "approve")

    for _ in range(2):
        operators.carry_out(task)

    types = [event.type for event in operators.events(in_review)]
    assert types == ["OrderPlaced", "OrderReviewRequested", "OrderReviewApproved"]


def test_a_rejected_review_is_undone(operators: Operators, in_review: str) -> None:
    task = operators.open_task_for(in_review)
    operators.decide(task, "reject", "too many")
    operators.carry_out(task)

    operators.shop.fulfil(in_review)

    order = operators.shop.order(in_review)
    assert (order["status"], order["reason"]) == ("REJECTED", "REVIEW_REJECTED")
    assert operators.shop.money_at_gateway(in_review) == ("VOIDED", 0)
    assert operators.shop.is_settled(in_review)


def test_a_review_without_a_decision_is_rejected(operators: Operators, in_review: str, monkeypatch) -> None:
    task = operators.open_task_for(in_review)
    chase_tasks.handler({}, lambda_context())
    assert operators.step_functions.outputs == {}, "there is time left"

    monkeypatch.setenv("REVIEW_TIMEOUT_SECONDS", "0")
    chase_tasks.handler({}, lambda_context())

    assert operators.tasks() == []
    assert operators.carry_out(task)[-1] == "AnswerReview"
    last = operators.events(in_review)[-1]
    assert (last.type, last.data["reason"], last.data["decided_by"]) == ("OrderRejected", "REVIEW_TIMED_OUT", "timeout")


def test_a_wait_that_times_out_rejects_the_order(operators: Operators, in_review: str) -> None:
    task = operators.open_task_for(in_review)

    def no_answer(_message: object) -> dict[str, str]:
        raise TimedOut

    assert operators.wait(task, no_answer)[-1] == "AnswerReview"
    assert operators.events(in_review)[-1].data["reason"] == "REVIEW_TIMED_OUT"


def test_an_unanswered_request_for_attention_is_repeated(operators: Operators, uncaptured: str) -> None:
    answers = iter([TimedOut(), {"decision": "closed"}])

    def late(_message: object) -> dict[str, str]:
        answer = next(answers)
        if isinstance(answer, TimedOut):
            raise answer
        return answer

    states = operators.wait(operators.open_task_for(uncaptured), late)

    assert states == ["RememberTask", "OpenTask", "Which decision?", "OpenTask", "Which decision?", "Closed"]


def test_a_failed_retry_opens_a_new_task_and_a_successful_one_does_not(
    operators: Operators, uncaptured: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = operators.open_task_for(uncaptured)
    operators.decide(first, "retry")
    assert operators.carry_out(first)[-1] == "RequestRetry"
    assert operators.shop.order(uncaptured)["status"] == "CONFIRMED"
    assert operators.shop.fulfil(uncaptured)[-1] == "NeedsAttention"

    second = operators.open_task_for(uncaptured)
    assert second != first
    operators.decide(second, "retry")
    operators.carry_out(second)
    monkeypatch.setattr("gateway.SandboxGateway.capture", lambda *_: None)
    assert operators.shop.fulfil(uncaptured)[-1] == "SettleOrder"

    assert operators.shop.order(uncaptured)["status"] == "CONFIRMED"
    assert operators.shop.is_settled(uncaptured)


def test_an_outdated_decision_changes_nothing(operators: Operators, uncaptured: str) -> None:
    first = operators.open_task_for(uncaptured)
    operators.decide(first, "retry")
    operators.carry_out(first)
    operators.shop.fulfil(uncaptured)
    events = operators.events(uncaptured)

    operators.carry_out(first)

    assert operators.events(uncaptured) == events


def test_a_capture_by_hand_lets_the_saga_end(operators: Operators, uncaptured: str) -> None:
    task = operators.open_task_for(uncaptured)
    assert_problem(operators.decide(task, "resolve"), 422, "/comment")
    operators.decide(task, "resolve", "paid by bank transfer")

    states = operators.carry_out(task)

    assert [state for state in states if not state.endswith("?")][2:] == ["CapturePayment", "RequestRetry"]
    assert operators.shop.fulfil(uncaptured)[-1] == "SettleOrder"
    captured = operators.shop.item("Payments", order_id=uncaptured)["events"][-1]
    assert (captured["type"], captured["data"]["by_hand"]) == ("PaymentCaptured", "paid by bank transfer")
    assert operators.events(uncaptured)[-1].type == "OrderResolved"
    assert operators.events(uncaptured)[-2].data["by_hand"] == ["CapturePayment"]
    assert operators.shop.order(uncaptured)["status"] == "CONFIRMED"
    assert operators.shop.is_settled(uncaptured)
    assert operators.shop.money_at_gateway(uncaptured)[0] == "HELD", "the provider was not called"


def test_a_capture_that_the_provider_made_is_not_recorded_as_done_by_hand(shop: ShopOnMoto) -> None:
    order_id = shop.place((shop.product(), 1))
    command = shop.saga_input(order_id)
    invoke_handler("AuthorizePayment", command)
    # The provider charged the card, but its answer was lost.
    gateway.gateway().capture(order_id, Money(**command["amount"]), command["payment_method"])

    for _ in range(2):
        outcome = invoke_handler("CapturePayment", {"order_id": order_id, "by_hand": "cash"})
        assert outcome == {"outcome": "CAPTURED", "reason": "CAPTURED_BY_PROVIDER"}

    captured = shop.item("Payments", order_id=order_id)["events"][-1]
    assert captured["type"] == "PaymentCaptured"
    assert "by_hand" not in captured["data"]


def test_a_capture_by_hand_during_a_capture_is_reported(
    shop: ShopOnMoto, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    order_id = shop.place((shop.product(), 1))
    command = shop.saga_input(order_id)
    invoke_handler("AuthorizePayment", command)
    capture = gateway.SandboxGateway.capture

    def overtaken(*arguments: Any) -> None:
        invoke_handler("CapturePayment", {"order_id": order_id, "by_hand": "cash"})
        capture(*arguments)

    monkeypatch.setattr(gateway.SandboxGateway, "capture", overtaken)
    invoke_handler("CapturePayment", command)

    assert "pay one of the two amounts back" in caplog.text


def test_a_capture_by_hand_does_not_need_the_provider(shop: ShopOnMoto, monkeypatch: pytest.MonkeyPatch) -> None:
    order_id = shop.place((shop.product(), 1))
    invoke_handler("AuthorizePayment", shop.saga_input(order_id))

    def unavailable(*_: str) -> bool:
        raise gateway.GatewayUnavailable

    monkeypatch.setattr(gateway.SandboxGateway, "has_captured", unavailable)
    outcome = invoke_handler("CapturePayment", {"order_id": order_id, "by_hand": "cash"})

    assert outcome == {"outcome": "CAPTURED"}
    assert shop.item("Payments", order_id=order_id)["events"][-1]["data"]["by_hand"] == "cash"


def test_a_failing_void_can_be_resolved_by_hand(operators: Operators) -> None:
    sku = operators.shop.product(stock=5)
    order_id = operators.shop.place((sku, 2), payment_method="pm_void_down", postal_code="00000")
    operators.shop.fulfil(order_id)
    task = operators.open_task_for(order_id)
    operators.decide(task, "resolve", "the bank released the amount")
    operators.carry_out(task)

    assert operators.shop.fulfil(order_id)[-1] == "SettleOrder"

    order = operators.shop.order(order_id)
    assert (order["status"], order["reason"], order["payment"]["status"]) == ("REJECTED", "ADDRESS_REFUSED", "VOIDED")
    assert operators.shop.is_settled(order_id)


def test_a_shipment_can_be_cancelled_by_hand(shop: ShopOnMoto, monkeypatch: pytest.MonkeyPatch) -> None:
    order_id = shop.place((shop.product(), 1))
    invoke_handler("BookShipment", shop.saga_input(order_id))

    invoke_handler("CancelShipment", {"order_id": order_id, "by_hand": "phoned them"})

    assert shop.booked_at_carrier(order_id) == "BOOKED", "the carrier was not called"
    assert shop.item("Shipping", order_id=order_id)["events"][-1]["data"] == {"by_hand": "phoned them"}


def test_an_undecided_order_that_needs_attention_can_be_rejected(operators: Operators) -> None:
    order_id = operators.shop.place((operators.shop.product(), 1))
    invoke_handler("RequestAttention", {"order_id": order_id, "failed_steps": ["RejectOrder"]})
    task = operators.open_task_for(order_id)
    assert operators.tasks()[0]["decisions"] == ["retry", "resolve", "reject"]
    operators.decide(task, "reject")
    operators.carry_out(task)

    operators.shop.fulfil(order_id)

    assert operators.shop.order(order_id)["reason"] == "REJECTED_BY_OPERATOR"
    assert operators.shop.is_settled(order_id)


def test_rejecting_a_confirmed_order_restarts_the_saga(operators: Operators, monkeypatch: pytest.MonkeyPatch) -> None:
    order_id = operators.shop.place((operators.shop.product(), 1), payment_method="pm_capture_down")
    invoke_handler("RequestAttention", {"order_id": order_id, "failed_steps": ["RejectOrder"]})
    task = operators.open_task_for(order_id)
    assert operators.shop.fulfil(order_id)[-1] == "NeedsAttention", "confirmed, and a task is already open"
    operators.decide(task, "reject", "too late, as it turns out")

    operators.carry_out(task)

    retry = operators.events(order_id)[-1]
    assert (retry.type, retry.data["status"]) == ("OrderRetryRequested", "CONFIRMED")
    assert retry.data["comment"] == "too late, as it turns out"
    monkeypatch.setattr("gateway.SandboxGateway.capture", lambda *_: None)
    assert operators.shop.fulfil(order_id)[-1] == "SettleOrder"
    assert operators.shop.is_settled(order_id)


def test_a_task_is_decided_once(operators: Operators, in_review: str) -> None:
    task = operators.open_task_for(in_review)

    assert operators.decide(task, "approve").status == 200
    for decision in ("approve", "reject"):
        answer = operators.decide(task, decision)
        assert_problem(answer, 409)
        assert f"by operator {operators.operator['sub'][:8]}: approve, on 20" in answer.document["detail"]

    assert operators.step_functions.outputs == {
        "token": {"decision": "approve", "operator_id": operators.operator["sub"], "failed_steps": []}
    }
    assert operators.tasks() == []


def test_only_operators_see_and_decide_tasks(operators: Operators, in_review: str) -> None:
    task = operators.open_task_for(in_review)
    customer = {"sub": "alice", "token_use": "id"}

    assert_problem(operators.decide(task, "approve", claims=customer), 403)
    assert_problem(operators.shop.call("GET", "/tasks"), 403)
    assert len(operators.tasks()) == 1


@pytest.mark.parametrize("task", ["no-task", "7d0c2f1e-5b1a-5c53-9f0a-3f1f6f0f4f01-2", "order#7d0c", "x" * 9000])
def test_an_unknown_task_is_a_404(operators: Operators, task: str) -> None:
    assert_problem(operators.decide(task, "approve"), 404)


def test_an_invalid_decision_is_refused_and_the_task_stays_open(operators: Operators, in_review: str) -> None:
    task = operators.open_task_for(in_review)

    for decision in ("retry", "resolve", "timeout", "closed"):
        assert_problem(operators.decide(task, decision, "comment"), 422, "/decision")
    assert len(operators.tasks()) == 1


def test_a_decision_whose_execution_has_ended_starts_another_execution(operators: Operators, in_review: str) -> None:
    task = operators.open_task_for(in_review)
    operators.step_functions.unknown_tokens = {"token"}

    assert operators.decide(task, "approve").status == 200

    (again,) = set(operators.step_functions.started) - {task}
    assert again.startswith(task)
    assert len(again) <= 80
    operators.open(again, token="other")
    assert operators.step_functions.outputs["other"]["decision"] == "approve"
    assert operators.carry_out(again, "other")[-1] == "AnswerReview"


def test_a_decision_that_was_not_sent_is_sent_later(
    operators: Operators, in_review: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    task = operators.open_task_for(in_review)
    decide_long_ago(task)

    for _ in range(2):
        chase_tasks.handler({}, lambda_context())

    assert operators.step_functions.outputs["token"]["decision"] == "approve"
    assert task_store.list_tasks("decided", limit=10).tasks == []


def test_a_failing_task_does_not_block_others_and_the_error_is_raised(
    operators: Operators, in_review: str, uncaptured: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    tasks = [operators.open_task_for(in_review, "broken"), operators.open_task_for(uncaptured, "whole")]
    for task_id in tasks:
        task_store.change(
            task_id, lambda task: task.resolve(task.verdicts[0], "ada", None, "2026-01-01T00:00:00.000000Z")
        )
    send = operators.step_functions.send_task_success

    def send_unless_broken(**call: str) -> None:
        if call["taskToken"] == "broken":
            raise ClientError({"Error": {"Code": "InternalFailure"}}, "SendTaskSuccess")
        send(**call)

    monkeypatch.setattr(operators.step_functions, "send_task_success", send_unless_broken)

    with pytest.raises(chase_tasks.ChaseFault, match="1 task"):
        chase_tasks.handler({}, lambda_context())

    assert set(operators.step_functions.outputs) == {"whole"}
    assert [task.task_id for task in task_store.list_tasks("decided", limit=10).tasks] == [tasks[0]]


def test_tasks_beyond_the_time_limit_are_left_to_the_next_invocation(operators: Operators, in_review: str) -> None:
    task = operators.open_task_for(in_review)
    decide_long_ago(task)
    context = lambda_context("chase_tasks")
    context.get_remaining_time_in_millis = lambda: 1000

    chase_tasks.handler({}, context)

    assert operators.step_functions.outputs == {}
    chase_tasks.handler({}, lambda_context())
    assert set(operators.step_functions.outputs) == {"token"}


def test_a_second_execution_for_an_open_task_gets_the_decision(operators: Operators, in_review: str) -> None:
    task = operators.open_task_for(in_review, "first")
    operators.open(task, "second")

    operators.decide(task, "approve")

    assert len(operators.tasks()) == 0
    assert set(operators.step_functions.outputs) == {"second"}


def test_an_execution_that_starts_during_a_decision_gets_the_decision(
    operators: Operators, in_review: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    task, load = operators.open_task_for(in_review, "first"), task_store.load

    def load_and_be_overtaken(task_id: str) -> task_store.Task | None:
        monkeypatch.setattr(task_store, "load", load)
        read = load(task_id)
        operators.open(task_id, "second")
        return read

    monkeypatch.setattr(task_store, "load", load_and_be_overtaken)

    assert operators.decide(task, "approve").status == 200

    assert set(operators.step_functions.outputs) == {"second"}


def test_a_duplicate_of_the_event_starts_no_second_execution(operators: Operators, in_review: str) -> None:
    event = operators.events(in_review)[-1]

    assert operators.consume("attend_orders", event, event) == {"batchItemFailures": []}

    assert set(operators.step_functions.started) == {f"{in_review}-orders-2"}


def test_a_decided_order_closes_its_review_task(operators: Operators, in_review: str) -> None:
    task = operators.open_task_for(in_review)

    operators.consume("close_tasks", rejected(operators, in_review))

    assert operators.tasks() == []
    assert operators.carry_out(task)[-1] == "Closed"
    answer = operators.decide(task, "approve")
    assert_problem(answer, 409)
    assert "no longer needs a decision" in answer.document["detail"]


def test_a_task_that_arrives_after_its_closing_event_is_never_open(operators: Operators, in_review: str) -> None:
    operators.consume("close_tasks", rejected(operators, in_review))

    task = operators.open_task_for(in_review)

    assert operators.tasks() == []
    assert operators.carry_out(task)[-1] == "Closed"


def test_a_rejection_by_the_saga_does_not_close_an_attention_task(operators: Operators) -> None:
    order_id = operators.shop.place((operators.shop.product(), 1))
    invoke_handler("RequestAttention", {"order_id": order_id, "failed_steps": ["RejectOrder"]})
    operators.open_task_for(order_id)

    operators.consume("close_tasks", rejected(operators, order_id))

    assert len(operators.tasks()) == 1


def test_a_cancellation_closes_an_attention_task(operators: Operators) -> None:
    order_id = operators.shop.place((operators.shop.product(), 1))
    invoke_handler("RequestAttention", {"order_id": order_id, "failed_steps": ["RejectOrder"]})
    operators.open_task_for(order_id)

    assert operators.shop.call("POST", f"/orders/{order_id}/cancellation").status == 202
    operators.consume("close_tasks", operators.events(order_id)[-1])

    assert operators.tasks() == []


def test_tasks_are_listed_page_by_page_oldest_first(operators: Operators) -> None:
    orders = []
    for _ in range(3):
        order_id = operators.shop.place((operators.shop.product(), 1))
        invoke_handler("RequestAttention", {"order_id": order_id, "failed_steps": ["RejectOrder"]})
        operators.open_task_for(order_id)
        orders.append(order_id)

    def page(**query: str) -> dict:
        return operators.shop.call("GET", "/tasks", query=query, claims=operators.operator).document

    first = page(limit="2")
    second = page(limit="2", next_token=first["next_token"])
    assert [task["order_id"] for task in first["tasks"] + second["tasks"]] == orders


def test_the_page_token_of_a_closed_task_is_a_bad_request(operators: Operators) -> None:
    for _ in range(2):
        order_id = operators.shop.place((operators.shop.product(), 1))
        invoke_handler("RequestAttention", {"order_id": order_id, "failed_steps": ["RejectOrder"]})
        operators.open_task_for(order_id)

    def page(**query: str) -> Response:
        return operators.shop.call("GET", "/tasks", query=query, claims=operators.operator)

    first = page(limit="1").document
    decide_long_ago(first["tasks"][0]["task_id"])

    assert_problem(page(limit="1", next_token=first["next_token"]), 400)


@pytest.mark.parametrize(
    "key",
    [
        {"task_id": "x", "opened_at": "2026-01-01T00:00:00.000000Z"},
        # A page key outside the query's range: DynamoDB rejects it, which once caused a 500 response.
        {"task_id": "x", "opened_at": "9999"},
        {"task_id": "order#x", "opened_at": "a"},
    ],
)
def test_a_forged_page_token_of_tasks_is_a_bad_request(operators: Operators, key: dict[str, str]) -> None:
    query = {"next_token": next_token(key)}

    assert_problem(operators.shop.call("GET", "/tasks", query=query, claims=operators.operator), 400)


@pytest.mark.parametrize("comment", ["", " ", "\u200b", "a\nb", "\x1b[2J", "a\ufffe", "x" * 201])
def test_a_comment_is_one_line_of_text(operators: Operators, in_review: str, comment: str) -> None:
    operators.open_task_for(in_review)
    (task,) = operators.tasks()
    body = {"decision": "approve", "comment": comment}

    answer = operators.shop.call("POST", f"/tasks/{task['task_id']}/decision", body, claims=operators.operator)

    assert_problem(answer, 422, "/comment")


@pytest.mark.parametrize("query", [{"status": "decided"}, {"limit": "0"}, {"next_token": "x"}])
def test_an_unknown_list_of_tasks_is_refused(operators: Operators, query: dict[str, str]) -> None:
    assert_problem(operators.shop.call("GET", "/tasks", query=query, claims=operators.operator), 400)
