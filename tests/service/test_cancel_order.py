"""`POST /orders/{order_id}/cancellation`: who may cancel, until when, and that exactly one decision wins."""

from collections.abc import Callable
from uuid import uuid4

import pytest
from botocore.exceptions import ClientError

import order_store
from kernel.dynamodb import dynamodb
from kernel.outbox import WRITE_ATTEMPTS
from order_store import StoredOrder
from tests.support.fake_step_functions import use_fake_step_functions
from tests.support.fulfilments import STOCK, PlacedOrder, Situation
from tests.support.problem_document import assert_problem
from tests.support.saga_run import invoke_handler, run_saga
from tests.support.shop_on_moto import Response, ShopOnMoto
from tests.support.telemetry import telemetry_of


@pytest.fixture
def order(shop: ShopOnMoto) -> PlacedOrder:
    return Situation("everything works").place(shop)


COMPENSATIONS = ("CancelShipment", "VoidPayment", "ReleaseStock")


def cancel(shop: ShopOnMoto, order_id: str, **options: object) -> Response:
    return shop.call("POST", f"/orders/{order_id}/cancellation", **options)  # type: ignore[arg-type]


def test_an_order_can_be_cancelled_before_it_is_projected(shop: ShopOnMoto, order: PlacedOrder) -> None:
    answer = cancel(shop, order.order_id)

    assert (answer.status, answer.document) == (202, {"order_id": order.order_id, "status": "CANCELLED"})
    seen = shop.order(order.order_id)
    assert (seen["status"], seen["timeline"][-1]["type"]) == ("CANCELLED", "OrderCancelled")


def test_a_repeated_cancellation_has_the_same_response_and_no_second_event(
    shop: ShopOnMoto, order: PlacedOrder
) -> None:
    answers = [cancel(shop, order.order_id) for _ in range(2)]
    run_saga(order.input())
    answers.append(cancel(shop, order.order_id))

    assert [(answer.status, answer.document["status"]) for answer in answers] == [(202, "CANCELLED")] * 3
    assert order.end().event_types == ("OrderCancelled", "OrderPlaced")


@pytest.mark.parametrize(("conflicts", "status"), [(1, 202), (WRITE_ATTEMPTS - 1, 202), (WRITE_ATTEMPTS, 500)])
def test_a_cancellation_that_conflicts_with_a_transaction_is_retried(
    shop: ShopOnMoto, order: PlacedOrder, monkeypatch: pytest.MonkeyPatch, conflicts: int, status: int
) -> None:
    put, left = dynamodb().put_item, iter(range(conflicts))

    def put_unless_in_conflict(**item: object) -> object:
        if next(left, None) is not None:
            raise ClientError({"Error": {"Code": "TransactionConflictException"}}, "PutItem")
        return put(**item)  # type: ignore[arg-type]

    monkeypatch.setattr(dynamodb(), "put_item", put_unless_in_conflict)

    assert cancel(shop, order.order_id).status == status


def test_a_corrupt_stored_event_is_a_logged_fault_and_not_an_invalid_request(
    shop: ShopOnMoto, order: PlacedOrder, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    telemetry = telemetry_of(monkeypatch, capsys)
    (item,) = shop.items("Orders")
    item["events"]["L"][0]["M"]["data"]["M"]["total"] = {"S": "much"}
    dynamodb().put_item(TableName="Orders", Item=item)

    assert_problem(cancel(shop, order.order_id), 500)
    assert [line["message"] for line in telemetry.lines() if line["level"] == "ERROR"] == [
        "the request failed with an unexpected error"
    ]


def test_the_event_says_that_the_customer_decided(shop: ShopOnMoto, order: PlacedOrder) -> None:
    cancel(shop, order.order_id)

    event = order_store.load(order.order_id).order.events[-1]
    assert event.data == {"status": "CANCELLED", "decided_by": "customer"}


@pytest.mark.parametrize(
    ("situation", "decision"),
    [(Situation("x"), "CONFIRMED"), (Situation("x", "pm_card_declined"), "REJECTED")],
)
def test_a_decided_order_cannot_be_cancelled(shop: ShopOnMoto, situation: Situation, decision: str) -> None:
    order = situation.place(shop)
    run_saga(order.input())
    before = order.end()

    answer = cancel(shop, order.order_id)

    assert_problem(answer, 409)
    assert answer.document["type"] == "urn:serverless-orders:problem:already-decided"
    assert decision in answer.document["detail"]
    assert order.end() == before


def test_the_response_for_another_customers_order_is_a_404(shop: ShopOnMoto, order: PlacedOrder) -> None:
    stranger = {"sub": str(uuid4()), "token_use": "id"}
    answers = [
        cancel(shop, order.order_id, claims=stranger),
        cancel(shop, order.order_id, claims=shop.operator()),
        cancel(shop, str(uuid4())),
        cancel(shop, "x" * 9000),
    ]

    for answer in answers:
        assert_problem(answer, 404)
    assert order.end().event_types == ("OrderPlaced",)


def test_an_anonymous_cancellation_is_refused(shop_without_aws: ShopOnMoto) -> None:
    for claims in ({"token_use": "access", "sub": "alice"}, {"sub": "alice"}):
        assert_problem(cancel(shop_without_aws, str(uuid4()), claims=claims), 401)


def meanwhile(monkeypatch: pytest.MonkeyPatch, act: Callable[[], object], loads: int) -> None:
    """Run `act` once, after the order was read `loads` times and before the code uses the result."""
    real, left = order_store.load, [loads]

    def load(order_id: str) -> StoredOrder:
        stored = real(order_id)
        left[0] -= 1
        if left[0] == 0:
            act()
        return stored

    monkeypatch.setattr(order_store, "load", load)


def test_a_cancellation_after_a_concurrent_confirmation_is_refused(
    shop: ShopOnMoto, order: PlacedOrder, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The first read checks the customer, the second one precedes the decision.
    meanwhile(monkeypatch, lambda: invoke_handler("ConfirmOrder", order.input()), loads=2)

    assert_problem(cancel(shop, order.order_id), 409)
    assert order.end().event_types == ("OrderConfirmed", "OrderPlaced")


def test_a_confirmation_after_a_concurrent_cancellation_has_no_effect(
    shop: ShopOnMoto, order: PlacedOrder, monkeypatch: pytest.MonkeyPatch
) -> None:
    command = order.input()
    meanwhile(monkeypatch, lambda: cancel(shop, order.order_id), loads=1)

    assert invoke_handler("ConfirmOrder", command) == {"outcome": "CANCELLED"}
    assert order.end().event_types == ("OrderCancelled", "OrderPlaced")


def test_the_event_of_a_cancellation_starts_a_run_that_compensates_all_steps(
    shop: ShopOnMoto, order: PlacedOrder, monkeypatch: pytest.MonkeyPatch
) -> None:
    step_functions = use_fake_step_functions(monkeypatch)
    for step in ("ReserveStock", "AuthorizePayment", "BookShipment"):
        invoke_handler(step, order.input())
    cancel(shop, order.order_id)

    shop.start_fulfilment(order_store.load(order.order_id).order.events[-1])

    (run,) = step_functions.runs.values()
    steps = [state for state in run_saga(run) if state in COMPENSATIONS]
    assert steps == list(COMPENSATIONS)
    end = order.end()
    assert (end.status, end.available, end.money, end.carrier) == ("CANCELLED", STOCK, ("VOIDED", 0), "CANCELLED")
    assert end.settled


def test_an_order_that_needs_attention_and_is_undecided_can_be_cancelled(shop: ShopOnMoto, order: PlacedOrder) -> None:
    invoke_handler("ReserveStock", order.input())
    invoke_handler("RequestAttention", order.input() | {"failed_steps": ["RejectOrder"]})

    assert cancel(shop, order.order_id).document["status"] == "CANCELLED"
    run_saga(order.input())

    end = order.end()
    assert (end.status, end.available, end.settled) == ("CANCELLED", STOCK, True)
    assert "OrderResolved" not in end.event_types


def test_a_cancelled_order_with_a_failing_compensation_needs_attention_again(shop: ShopOnMoto) -> None:
    order = Situation("x", "pm_void_down").place(shop)
    for step in ("ReserveStock", "AuthorizePayment"):
        invoke_handler(step, order.input())
    invoke_handler("RequestAttention", order.input() | {"failed_steps": ["RejectOrder"]})
    cancel(shop, order.order_id)

    run_saga(order.input())

    end = order.end()
    assert (end.status, end.settled, end.available) == ("NEEDS_ATTENTION", False, STOCK)
    assert end.event_types.count("OrderNeedsAttention") == 2
