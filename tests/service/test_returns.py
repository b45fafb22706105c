"""Returns: requested by the customer, answered by an operator, refunded and restocked by refund_return."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import urljoin
from uuid import uuid4

import pytest
from pydantic import BaseModel, ValidationError

import gateway
from kernel.money import Money
from kernel.problems import Problem
from order_returns import OrderReturns, Return
from purchase_view import find_purchase
from request_return import RequestReturn, add_return
from task import ReturnedLine
from tests.service.test_newer_versions import rewrite
from tests.support.operator_tasks import Operators
from tests.support.problem_document import assert_problem
from tests.support.saga_run import invoke_handler, run_wait
from tests.support.shop_on_moto import Response, ShopOnMoto


def assert_refused(response: Response, status: int, kind: str) -> None:
    assert_problem(response, status)
    assert response.document["type"] == f"urn:serverless-orders:problem:{kind}"


def timeline(order: dict[str, Any], *sources: str) -> list[str]:
    return [entry["type"] for entry in order["timeline"] if entry["source"] in sources]


def test_a_return_is_priced_as_paid(shop: ShopOnMoto) -> None:
    cup, pot = shop.product(unit_price=250), shop.product(unit_price=1900)
    order_id = shop.confirmed_order((cup, 3), (pot, 1))
    details = {"name": "Cup", "unit_price": 999, "currency": "EUR"}
    assert shop.call("PUT", f"/products/{cup}", details, claims=shop.operator()).status == 200

    response = shop.post_return(order_id, (cup, 2), (pot, 1))

    assert response.status == 202
    location = urljoin(f"https://shop.example/api/orders/{order_id}/returns", response.headers["Location"])
    assert location == f"https://shop.example/api/orders/{order_id}"
    assert response.document | {"return_id": "an id"} == {
        "return_id": "an id",
        "order_id": order_id,
        "status": "REQUESTED",
        "items": [
            {"sku": cup, "quantity": 2, "unit_price": 250},
            {"sku": pot, "quantity": 1, "unit_price": 1900},
        ],
        "refund_amount": 2400,
        "currency": "EUR",
    }


def test_a_repeated_request_gets_the_same_response(shop: ShopOnMoto) -> None:
    sku, key = shop.product(), str(uuid4())
    order_id = shop.confirmed_order((sku, 2))

    first = shop.post_return(order_id, (sku, 2), key=key)

    assert shop.post_return(order_id, (sku, 2), key=key).document == first.document
    assert len(shop.order(order_id)["returns"]) == 1


def test_a_key_serves_one_request(shop: ShopOnMoto) -> None:
    sku, key = shop.product(), str(uuid4())
    order_id = shop.confirmed_order((sku, 2))
    shop.post_return(order_id, (sku, 2), key=key)

    assert_refused(shop.post_return(order_id, (sku, 1), key=key), 422, "idempotency-key-reused")


@pytest.mark.parametrize("headers", [{}, {"Idempotency-Key": "with blank"}])
def test_a_request_needs_a_key(shop: ShopOnMoto, headers: dict[str, str]) -> None:
    body = {"items": [{"sku": "CUP-1", "quantity": 1}], "reason": "It is chipped."}

    for order_id in (shop.confirmed_order((shop.product(), 1)), str(uuid4())):
        refusal = shop.call("POST", f"/orders/{order_id}/returns", body, headers=headers)
        assert_refused(refusal, 400, "idempotency-key")


def test_too_many_pieces_and_unknown_products_are_named(shop: ShopOnMoto) -> None:
    sku, other = shop.product(), shop.product()
    order_id = shop.confirmed_order((sku, 2))

    response = shop.post_return(order_id, (sku, 3), (other, 1))

    assert_problem(response, 422, "/items/0/quantity", "/items/1/quantity")
    assert response.document["errors"] == [
        {"pointer": "/items/0/quantity", "detail": f"only 2 of {sku} can be returned"},
        {"pointer": "/items/1/quantity", "detail": f"only 0 of {other} can be returned"},
    ]


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"items": [], "reason": "It is chipped."}, "/items"),
        ({"items": [{"sku": "CUP-1", "quantity": 0}], "reason": "It is chipped."}, "/items/0/quantity"),
        ({"items": [{"sku": "CUP-1", "quantity": 1}] * 2, "reason": "It is chipped."}, "/items"),
        ({"items": [{"sku": "CUP-1", "quantity": 1}], "reason": " "}, "/reason"),
        ({"items": [{"sku": "CUP-1", "quantity": 1}], "reason": "two\nlines"}, "/reason"),
        ({"items": [{"sku": "CUP-1", "quantity": 1}]}, "/reason"),
        (
            {"items": [{"sku": "CUP-1", "quantity": 1}], "reason": "It is chipped.", "refund_amount": 1},
            "/refund_amount",
        ),
    ],
)
def test_an_invalid_body_is_refused(shop: ShopOnMoto, body: object, pointer: str) -> None:
    order_id = shop.confirmed_order((shop.product(), 1))
    headers = {"Idempotency-Key": str(uuid4())}

    assert_problem(shop.call("POST", f"/orders/{order_id}/returns", body, headers=headers), 422, pointer)


def test_someone_elses_order_does_not_exist(shop: ShopOnMoto) -> None:
    sku = shop.product()
    order_id = shop.confirmed_order((sku, 2))
    stranger = {"sub": str(uuid4()), "token_use": "id"}

    assert_problem(shop.post_return(order_id, (sku, 1), claims=stranger), 404)
    shop.request_return(order_id, (sku, 1))
    assert_problem(shop.post_return(order_id, (sku, 1), claims=stranger), 404)
    assert_problem(shop.post_return("no-order", (sku, 1)), 404)


def test_only_a_confirmed_and_paid_order_can_be_returned(shop: ShopOnMoto) -> None:
    sku = shop.product()
    placed, declined = shop.place((sku, 1)), shop.place((sku, 1), payment_method="pm_card_declined")
    uncaptured = shop.place((sku, 1), payment_method="pm_capture_down")
    assert_refused(shop.post_return(placed, (sku, 1)), 409, "not-returnable")  # not projected yet
    shop.fulfil(declined)
    shop.fulfil(uncaptured)
    shop.deliver()

    for order_id in (placed, declined, uncaptured):
        assert_refused(shop.post_return(order_id, (sku, 1)), 409, "not-returnable")


@pytest.mark.parametrize(
    ("bought", "returned", "statuses"), [(4, 3, [202] + [422] * 7), (8, 1, [202] * 8)], ids=["too many", "all"]
)
def test_eight_concurrent_returns_never_exceed_what_was_bought(
    shop: ShopOnMoto, bought: int, returned: int, statuses: list[int]
) -> None:
    sku = shop.product()
    order_id = shop.confirmed_order((sku, bought))
    view = find_purchase(order_id)
    assert view
    none = OrderReturns(order_id=order_id, purchase=view.purchase)
    request = RequestReturn.model_validate({"items": [{"sku": sku, "quantity": returned}], "reason": "It is chipped."})

    def status(return_id: str) -> int:
        # Powertools' router serves one request at a time, as Lambda does, so the requests start after it.
        try:
            add_return(none, return_id, request)
        except Problem as problem:
            return problem.status
        return 202

    with ThreadPoolExecutor(8) as pool:
        answered = list(pool.map(status, [str(uuid4()) for _ in range(8)]))

    assert sorted(answered) == statuses
    assert len(shop.order(order_id)["returns"]) == statuses.count(202)


def test_a_return_is_refunded_and_restocked(shop: ShopOnMoto) -> None:
    sku = shop.product(stock=10, unit_price=250)
    order_id = shop.confirmed_order((sku, 4))
    return_id = shop.accepted_return(order_id, (sku, 3))

    assert shop.refund(order_id, return_id)[-1] == "CompleteReturn"

    order = shop.order(order_id)
    (returned,) = order["returns"]
    assert returned | {"requested_at": "now"} == {
        "return_id": return_id,
        "status": "COMPLETED",
        "items": [{"sku": sku, "quantity": 3}],
        "refund_amount": 750,
        "reason": "It is chipped.",
        "requested_at": "now",
    }
    assert (order["status"], order["payment"]["status"], order["refunded"]) == ("CONFIRMED", "CAPTURED", 750)
    assert (shop.available(sku), shop.refunded_at_gateway(order_id)) == (9, 750)
    assert timeline(order, "returns", "payments", "inventory")[-5:] == [
        "ReturnRequested",
        "ReturnAccepted",
        "PaymentRefunded",
        "StockReturned",
        "ReturnCompleted",
    ]


def test_without_restocking_the_items_do_not_come_back(shop: ShopOnMoto) -> None:
    sku = shop.product(stock=10)
    order_id = shop.confirmed_order((sku, 4))
    return_id = shop.accepted_return(order_id, (sku, 4), restock=False)

    states = shop.refund(order_id, return_id)

    assert "RestockItems" not in states
    assert (shop.available(sku), shop.order(order_id)["returns"][0]["status"]) == (6, "COMPLETED")


def test_a_second_run_changes_nothing(shop: ShopOnMoto) -> None:
    sku = shop.product(stock=10, unit_price=250)
    order_id = shop.confirmed_order((sku, 2))
    return_id = shop.accepted_return(order_id, (sku, 2))
    shop.refund(order_id, return_id)
    before = shop.order(order_id)

    assert shop.refund(order_id, return_id)[-1] == "CompleteReturn"

    assert shop.order(order_id) == before
    assert (shop.available(sku), shop.refunded_at_gateway(order_id)) == (10, 500)


def test_several_returns_of_an_order_are_refunded_one_by_one(shop: ShopOnMoto) -> None:
    sku = shop.product(stock=10, unit_price=250)
    order_id = shop.confirmed_order((sku, 3))
    first, second = shop.accepted_return(order_id, (sku, 1)), shop.accepted_return(order_id, (sku, 2))

    shop.refund(order_id, second)
    assert shop.order(order_id)["refunded"] == 500
    shop.refund(order_id, first)

    order = shop.order(order_id)
    assert [each["return_id"] for each in order["returns"]] == [first, second]
    assert (order["refunded"], shop.refunded_at_gateway(order_id), shop.available(sku)) == (750, 750, 10)


def test_a_refund_that_fails_twice_arrives(shop: ShopOnMoto) -> None:
    sku = shop.product(unit_price=250)
    order_id = shop.confirmed_order((sku, 1), payment_method="pm_refund_flaky")
    return_id = shop.accepted_return(order_id, (sku, 1))

    states = shop.refund(order_id, return_id)

    assert states.count("RefundPaymentLater") == 2
    assert (states[-1], shop.refunded_at_gateway(order_id)) == ("CompleteReturn", 250)


def test_the_sum_of_refunds_never_exceeds_the_captured_amount(shop: ShopOnMoto) -> None:
    sku = shop.product(unit_price=250)
    order_id = shop.confirmed_order((sku, 2))

    def refund(amount: int) -> dict[str, Any]:
        money = {"amount": amount, "currency": "EUR"}
        return invoke_handler("RefundPayment", {"order_id": order_id, "return_id": str(uuid4()), "amount": money})

    assert refund(400) == {"outcome": "REFUNDED"}
    assert refund(101) == {"outcome": "REFUSED", "reason": "EXCEEDS_CAPTURE"}
    assert refund(100) == {"outcome": "REFUNDED"}
    assert shop.refunded_at_gateway(order_id) == 500


def test_an_operator_accepts_a_return(operators: Operators) -> None:
    shop = operators.shop
    sku = shop.product(unit_price=250)
    order_id = shop.confirmed_order((sku, 2))
    return_id = shop.request_return(order_id, (sku, 2))
    task_id = operators.open_return_task_for(order_id)

    (task,) = operators.tasks()
    assert task | {"opened_at": "now"} == {
        "task_id": task_id,
        "order_id": order_id,
        "kind": "return",
        "status": "open",
        "opened_at": "now",
        "reason": "It is chipped.",
        "currency": "EUR",
        "failed_steps": [],
        "return_id": return_id,
        "items": [{"sku": sku, "quantity": 2, "unit_price": 250}],
        "refund_amount": 500,
        "decisions": ["approve", "reject"],
    }
    assert operators.decide(task_id, "approve", restock=True).document["restock"] is True
    assert operators.carry_out(task_id)[-1] == "AnswerReturn"
    assert operators.return_events(order_id)[-1].data["restock"] is True
    assert shop.refund_input(order_id, return_id)["restock"] is True


def test_an_operator_refuses_a_return_with_a_comment(operators: Operators) -> None:
    shop = operators.shop
    sku = shop.product()
    order_id = shop.confirmed_order((sku, 2))
    shop.request_return(order_id, (sku, 2))
    task_id = operators.open_return_task_for(order_id)

    operators.decide(task_id, "reject", "It was used.")
    operators.carry_out(task_id)

    (returned,) = shop.order(order_id)["returns"]
    assert (returned["status"], returned["comment"]) == ("REFUSED", "It was used.")
    assert shop.post_return(order_id, (sku, 2)).status == 202


@pytest.mark.parametrize(
    ("decision", "restock", "pointer"),
    [("reject", True, "/restock"), ("retry", None, "/decision"), ("resolve", None, "/decision")],
)
def test_a_decision_that_the_task_does_not_accept_is_refused(
    operators: Operators, decision: str, restock: bool | None, pointer: str
) -> None:
    sku = operators.shop.product()
    order_id = operators.shop.confirmed_order((sku, 1))
    operators.shop.request_return(order_id, (sku, 1))
    task_id = operators.open_return_task_for(order_id)

    assert_problem(operators.decide(task_id, decision, "a comment", restock=restock), 422, pointer)
    assert [task["status"] for task in operators.tasks()] == ["open"]


@pytest.fixture
def unrefunded(operators: Operators) -> tuple[str, str]:
    """Return the ids of an order and a return whose refund keeps failing."""
    sku = operators.shop.product(stock=5, unit_price=250)
    order_id = operators.shop.confirmed_order((sku, 2), payment_method="pm_refund_down")
    return_id = operators.shop.accepted_return(order_id, (sku, 2))
    assert operators.shop.refund(order_id, return_id)[-1] == "NeedsAttention"
    return order_id, return_id


def test_a_refund_that_keeps_failing_becomes_a_task(operators: Operators, unrefunded: tuple[str, str]) -> None:
    order_id, return_id = unrefunded

    operators.open_return_task_for(order_id)

    (task,) = operators.tasks()
    assert (task["kind"], task["return_id"], task["failed_steps"]) == ("attention", return_id, ["RefundPayment"])
    assert task["decisions"] == ["retry", "resolve"]
    order = operators.shop.order(order_id)
    assert (order["status"], order["returns"][0]["needs_attention"]) == ("CONFIRMED", True)


def test_an_operator_resolves_a_refund_by_hand(operators: Operators, unrefunded: tuple[str, str]) -> None:
    order_id, return_id = unrefunded
    task_id = operators.open_return_task_for(order_id)
    assert_problem(operators.decide(task_id, "resolve"), 422, "/comment")

    operators.decide(task_id, "resolve", "bank transfer 4711")
    assert operators.carry_out(task_id)[-2:] == ["RefundPayment", "ResolveReturn"]
    assert operators.shop.refund(order_id, return_id)[-1] == "CompleteReturn"

    order = operators.shop.order(order_id)
    (returned,) = order["returns"]
    assert (returned["status"], returned.get("needs_attention"), order["refunded"]) == ("COMPLETED", None, 500)
    assert operators.shop.refunded_at_gateway(order_id) == 0
    (refund,) = [event for event in operators.shop.events() if event.type == "PaymentRefunded"]
    assert refund.data["by_hand"] == "bank transfer 4711"


def test_a_refund_by_hand_reaches_an_execution_that_was_started_again(
    operators: Operators, unrefunded: tuple[str, str]
) -> None:
    order_id, _ = unrefunded
    task_id = operators.open_return_task_for(order_id)
    operators.step_functions.unknown_tokens.add("token")

    operators.decide(task_id, "resolve", "bank transfer 4711")
    (again,) = operators.step_functions.started.keys() - {task_id}
    operators.open(again, "second token")
    operators.wait(again, lambda _: operators.step_functions.outputs["second token"])

    (refund,) = [event for event in operators.shop.events() if event.type == "PaymentRefunded"]
    assert refund.data["by_hand"] == "bank transfer 4711"


def test_a_refund_by_hand_that_cannot_be_recorded_is_not_left_to_the_provider(
    operators: Operators, unrefunded: tuple[str, str]
) -> None:
    order_id, _ = unrefunded
    task_id = operators.open_return_task_for(order_id)
    operators.decide(task_id, "resolve", "bank transfer 4711")

    def failing(step: str, payload: dict[str, Any]) -> dict[str, Any]:
        if step == "RefundPayment":
            raise TimeoutError
        return invoke_handler(step, payload)

    states = run_wait(
        operators.step_functions.started[task_id], lambda _: operators.step_functions.outputs["token"], failing
    )

    assert states[-1] == "NotAttended"
    assert operators.return_events(order_id)[-1].type == "ReturnNeedsAttention"


def test_a_refund_that_the_provider_paid_is_not_recorded_as_paid_by_hand(
    operators: Operators, unrefunded: tuple[str, str]
) -> None:
    shop, (order_id, return_id) = operators.shop, unrefunded
    amount = {"amount": 500, "currency": "EUR"}
    # The provider paid, but its answer was lost.
    gateway.gateway().refund(order_id, return_id, Money(**amount), "pm_card_visa")
    command = {"order_id": order_id, "return_id": return_id, "amount": amount, "by_hand": "bank transfer 4711"}

    for _ in range(2):
        assert invoke_handler("RefundPayment", command) == {"outcome": "REFUNDED", "reason": "PAID_BY_PROVIDER"}

    (refund,) = [event for event in shop.events() if event.type == "PaymentRefunded"]
    assert "by_hand" not in refund.data
    assert shop.refunded_at_gateway(order_id) == 500


@pytest.mark.parametrize("operator_is_faster", [True, False])
def test_a_refund_by_a_run_and_by_an_operator_is_reported(
    unrefunded: tuple[str, str],
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    *,
    operator_is_faster: bool,
) -> None:
    order_id, return_id = unrefunded
    of_run = {"order_id": order_id, "return_id": return_id, "amount": {"amount": 500, "currency": "EUR"}}
    of_operator = of_run | {"by_hand": "bank transfer 4711"}
    slow, fast = (of_run, of_operator) if operator_is_faster else (of_operator, of_run)
    monkeypatch.setattr(gateway.SandboxGateway, "refund", lambda *_: None)

    def overtaken(*_: Any) -> bool:
        monkeypatch.setattr(gateway.SandboxGateway, "has_refunded", lambda *_: False)
        assert invoke_handler("RefundPayment", fast) == {"outcome": "REFUNDED"}
        return False

    monkeypatch.setattr(gateway.SandboxGateway, "has_refunded", overtaken)
    invoke_handler("RefundPayment", slow)

    assert "paid this refund too: collect one of the two" in caplog.text


def test_a_retry_does_not_pay_twice_if_the_provider_has_forgotten_the_key(
    operators: Operators, unrefunded: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    order_id, return_id = unrefunded
    amount = {"amount": 500, "currency": "EUR"}
    gateway.gateway().refund(order_id, return_id, Money(**amount), "pm_card_visa")
    monkeypatch.setattr(gateway.SandboxGateway, "refund", lambda *_: pytest.fail("the provider would pay again"))

    outcome = invoke_handler("RefundPayment", {"order_id": order_id, "return_id": return_id, "amount": amount})

    assert outcome == {"outcome": "REFUNDED"}


def test_only_a_failed_refund_can_be_resolved_by_hand(operators: Operators) -> None:
    sku = operators.shop.product()
    order_id = operators.shop.confirmed_order((sku, 1))
    return_id = operators.shop.accepted_return(order_id, (sku, 1))
    invoke_handler("RequestReturnAttention", {"order_id": order_id, "return_id": return_id, "failed_steps": ["Sweep"]})

    operators.open_return_task_for(order_id)

    assert [task["decisions"] for task in operators.tasks()] == [["retry"]]


def test_a_retry_that_fails_asks_again(operators: Operators, unrefunded: tuple[str, str]) -> None:
    order_id, return_id = unrefunded
    task_id = operators.open_return_task_for(order_id)

    operators.decide(task_id, "retry")
    assert operators.carry_out(task_id)[-1] == "ResolveReturn"
    assert operators.shop.refund(order_id, return_id)[-1] == "NeedsAttention"

    types = [event.type for event in operators.return_events(order_id)]
    assert types[2:] == ["ReturnNeedsAttention", "ReturnResolved", "ReturnNeedsAttention"]


def test_a_completed_return_closes_its_task_and_no_other(operators: Operators, unrefunded: tuple[str, str]) -> None:
    order_id, return_id = unrefunded
    task_id = operators.open_return_task_for(order_id)
    sku = operators.shop.order(order_id)["items"][0]["sku"]
    other_order = operators.shop.confirmed_order((sku, 1), payment_method="pm_refund_down")
    other_return = operators.shop.accepted_return(other_order, (sku, 1))
    operators.shop.refund(other_order, other_return)
    other_task = operators.open_return_task_for(other_order, token="other")

    invoke_handler("CompleteReturn", {"order_id": order_id, "return_id": return_id})
    operators.consume("close_tasks", operators.return_events(order_id)[-1])

    assert [task["task_id"] for task in operators.tasks()] == [other_task]
    assert operators.step_functions.outputs == {"token": {"decision": "closed"}}
    assert task_id in operators.step_functions.started


def test_money_that_an_operator_collected_is_not_refunded_by_the_provider(operators: Operators) -> None:
    shop = operators.shop
    sku = shop.product()
    order_id = shop.place((sku, 1), payment_method="pm_capture_down")
    shop.fulfil(order_id)
    invoke_handler("CapturePayment", {"order_id": order_id, "by_hand": "cash"})
    shop.fulfil(order_id)
    shop.deliver()
    return_id = shop.accepted_return(order_id, (sku, 1))

    states = shop.refund(order_id, return_id)

    assert (states[-1], shop.refunded_at_gateway(order_id)) == ("NeedsAttention", 0)


def test_a_return_with_members_of_a_newer_version_is_found(shop: ShopOnMoto) -> None:
    sku, key = shop.product(), str(uuid4())
    order_id = shop.confirmed_order((sku, 1))
    first = shop.post_return(order_id, (sku, 1), key=key)
    rewrite(shop, "Returns", order_id=order_id)

    retried = shop.post_return(order_id, (sku, 1), key=key)

    assert (retried.status, retried.document) == (202, first.document)


@pytest.mark.parametrize("model", [OrderReturns, Return, ReturnedLine])
def test_an_error_about_a_stored_return_does_not_quote_it(model: type[BaseModel]) -> None:
    with pytest.raises(ValidationError) as raised:
        model.model_validate({"reason": "It is chipped."})

    assert "chipped" not in str(raised.value)
