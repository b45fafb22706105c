"""The limits on running sagas and on orders in review: no permit is lost or granted twice."""

import json
from typing import Any
from uuid import uuid4

import pytest

import fulfilment_run
import permits
from permits import Permit
from tests.support.fake_step_functions import FakeStepFunctions, use_fake_step_functions
from tests.support.fulfilments import ENDS, PlacedOrder, Situation
from tests.support.saga_run import REVIEW_THRESHOLD, invoke_handler, run_saga
from tests.support.shop_on_moto import ShopOnMoto

HAPPY = Situation("everything works")


class Queue:
    """A fake of SQS that keeps the messages. `others` is how many messages of other runs wait."""

    def __init__(self) -> None:
        self.messages: list[dict[str, Any]] = []
        self.others = 0

    def get_queue_attributes(self, AttributeNames: list[str], **_: str) -> dict[str, dict[str, str]]:  # noqa: N803
        assert AttributeNames == ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesDelayed"]
        return {"Attributes": {AttributeNames[0]: "0", AttributeNames[1]: str(len(self.messages) + self.others)}}

    def send_message(self, **message: Any) -> None:
        self.messages.append(message)


@pytest.fixture
def step_functions(monkeypatch: pytest.MonkeyPatch, shop: ShopOnMoto) -> FakeStepFunctions:
    monkeypatch.setenv("DEAD_LETTER_QUEUE_URL", "dead-letters")
    monkeypatch.setenv("FULFILMENT_QUEUE_URL", "fulfilment")
    monkeypatch.setenv("MAX_RUNNING_SAGAS", "2")
    return use_fake_step_functions(monkeypatch)


@pytest.fixture
def queue(monkeypatch: pytest.MonkeyPatch) -> Queue:
    queue = Queue()
    monkeypatch.setattr(fulfilment_run, "_sqs", lambda: queue)
    return queue


@pytest.fixture
def orders(shop: ShopOnMoto) -> list[PlacedOrder]:
    return [HAPPY.place(shop) for _ in range(3)]


def start(shop: ShopOnMoto, order: PlacedOrder) -> None:
    (placed,) = (event for event in order.events() if event.type == "OrderPlaced")
    shop.start_fulfilment(placed)


def test_an_order_above_the_limit_returns_to_the_queue_and_starts_later(
    shop: ShopOnMoto, step_functions: FakeStepFunctions, queue: Queue, orders: list[PlacedOrder]
) -> None:
    for order in orders:
        start(shop, order)

    first, second, third = (f"{order.order_id}-1" for order in orders)
    assert list(step_functions.runs) == [first, second]
    (message,) = queue.messages
    assert message["DelaySeconds"] > 0

    run_saga(step_functions.runs[first])
    shop.start_fulfilment(json.loads(message["MessageBody"]))

    assert list(step_functions.runs) == [first, second, third]
    assert step_functions.runs[third] == orders[2].input()


@pytest.mark.parametrize(("others", "delay"), [(0, 1), (50, 11), (10_000, 60)])
def test_the_more_orders_wait_the_less_often_each_asks_again(
    shop: ShopOnMoto,
    step_functions: FakeStepFunctions,
    queue: Queue,
    orders: list[PlacedOrder],
    others: int,
    delay: int,
) -> None:
    queue.others = others

    for order in orders:
        start(shop, order)

    assert [message["DelaySeconds"] for message in queue.messages] == [delay]


@pytest.mark.parametrize("situation", ENDS, ids=lambda situation: situation.name)
def test_every_end_of_a_run_releases_the_permit(
    shop: ShopOnMoto, step_functions: FakeStepFunctions, queue: Queue, situation: Situation
) -> None:
    others = [situation.place(shop) for _ in range(3)]

    for order in others:
        start(shop, order)
        run_saga(order.input())

    assert queue.messages == []


def test_duplicate_messages_take_no_additional_permits(
    shop: ShopOnMoto, step_functions: FakeStepFunctions, queue: Queue, orders: list[PlacedOrder]
) -> None:
    first, second, third = orders
    for _ in range(3):
        start(shop, first)
    start(shop, second)
    run_saga(first.input())
    run_saga(second.input())
    for order in (first, second, first, second):
        start(shop, order)

    start(shop, third)

    assert f"{third.order_id}-1" in step_functions.runs
    assert queue.messages == []


def test_a_duplicate_message_does_not_release_the_permit_of_a_running_saga(
    shop: ShopOnMoto, step_functions: FakeStepFunctions, queue: Queue, orders: list[PlacedOrder]
) -> None:
    first, second, third = orders
    for order in (first, first, first, second, third):
        start(shop, order)

    assert list(step_functions.runs) == [f"{first.order_id}-1", f"{second.order_id}-1"]
    assert len(queue.messages) == 1, "the third order is postponed"


def test_an_order_that_has_a_permit_may_start_another_run(
    step_functions: FakeStepFunctions, orders: list[PlacedOrder]
) -> None:
    taken = [permits.running_sagas().acquire(order.order_id) for order in (orders[0], orders[1], orders[0], orders[2])]

    assert taken == [Permit.NEW, Permit.NEW, Permit.KEPT, None]


def test_the_permit_of_a_run_that_died_expires(
    step_functions: FakeStepFunctions, orders: list[PlacedOrder], monkeypatch: pytest.MonkeyPatch
) -> None:
    for order in orders[:2]:
        permits.running_sagas().acquire(order.order_id)
    now = permits.time.time()
    monkeypatch.setattr(permits.time, "time", lambda: now + permits.RUN_PERMIT_SECONDS + 1)

    assert [
        permits.running_sagas().acquire(orders[2].order_id),
        permits.running_sagas().acquire(orders[0].order_id),
    ] == [Permit.NEW, Permit.NEW]
    assert not permits.running_sagas().acquire(orders[1].order_id), "both permits are taken again"


def test_a_permit_is_released_once(step_functions: FakeStepFunctions, orders: list[PlacedOrder]) -> None:
    permits.running_sagas().acquire(orders[0].order_id)

    for _ in range(2):
        permits.running_sagas().release(orders[0].order_id)
        permits.running_sagas().release(orders[1].order_id)

    assert permits.running_sagas().acquire(orders[1].order_id)


LARGE = Situation("a person must review it", unit_price=REVIEW_THRESHOLD // 2)


def test_an_order_is_rejected_if_too_many_orders_of_its_customer_wait(
    shop: ShopOnMoto, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MAX_WAITING_ORDERS", "2")
    first, second, third = (LARGE.place(shop) for _ in range(3))

    for order in (first, second, third):
        run_saga(order.input())

    assert [order.end().status for order in (first, second)] == ["IN_REVIEW"] * 2
    assert (third.end().status, third.end().reason) == ("REJECTED", "TOO_MANY_WAITING")
    assert "StockReserved" not in third.end().event_types, "it never held anything"


def test_a_decided_order_no_longer_counts_as_waiting(shop: ShopOnMoto, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MAX_WAITING_ORDERS", "1")
    first, second = LARGE.place(shop), LARGE.place(shop)
    run_saga(first.input())
    shop.call("POST", f"/orders/{first.order_id}/cancellation")
    run_saga(first.input())

    run_saga(second.input())

    assert second.end().status == "IN_REVIEW"


def test_an_approved_order_is_not_rejected_because_its_permit_has_expired(
    shop: ShopOnMoto, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MAX_WAITING_ORDERS", "1")
    approved, newer = LARGE.place(shop), LARGE.place(shop)
    run_saga(approved.input())
    answer = {"kind": "review", "sequence": 2, "decision": "approve", "operator_id": "olive"}
    invoke_handler("AnswerReview", shop.saga_input(approved.order_id) | answer)
    permits.waiting_orders(shop.customer_id).release(approved.order_id)
    run_saga(newer.input())

    run_saga(approved.input())

    assert (newer.end().status, approved.end().status) == ("IN_REVIEW", "CONFIRMED")


def test_a_run_that_is_overtaken_by_a_cancellation_acquires_no_permit_to_wait(
    shop: ShopOnMoto, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MAX_WAITING_ORDERS", "1")
    cancelled, second = LARGE.place(shop), LARGE.place(shop)
    shop.call("POST", f"/orders/{cancelled.order_id}/cancellation")
    run_saga(cancelled.input())

    assert invoke_handler("AdmitWaitingOrder", shop.saga_input(cancelled.order_id)) == {"outcome": "ADMITTED"}
    run_saga(second.input())

    assert second.end().status == "IN_REVIEW"


def test_an_order_in_review_releases_its_permit_if_the_threshold_was_raised(
    shop: ShopOnMoto, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MAX_WAITING_ORDERS", "1")
    first, second = LARGE.place(shop), LARGE.place(shop)
    run_saga(first.input())
    shop.call("POST", f"/orders/{first.order_id}/cancellation")
    invoke_handler("SettleOrder", {"order_id": first.order_id, "waits": False})

    run_saga(second.input())

    assert second.end().status == "IN_REVIEW"


def test_a_permit_to_wait_is_released_if_the_run_died_after_it_settled_the_order(
    shop: ShopOnMoto, step_functions: FakeStepFunctions, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MAX_WAITING_ORDERS", "1")
    first, second = HAPPY.place(shop), LARGE.place(shop)
    run_saga(first.input())
    permits.waiting_orders(shop.customer_id).acquire(first.order_id)

    start(shop, first)
    run_saga(second.input())

    assert second.end().status == "IN_REVIEW"


def test_orders_in_progress_and_of_other_customers_do_not_count_as_waiting(
    shop: ShopOnMoto, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MAX_WAITING_ORDERS", "1")
    run_saga(LARGE.place(shop).input())

    small = HAPPY.place(shop)
    run_saga(small.input())
    shop.customer_id = str(uuid4())
    other = LARGE.place(shop)
    run_saga(other.input())

    assert (small.end().status, other.end().status) == ("CONFIRMED", "IN_REVIEW")


def test_a_second_run_of_a_waiting_order_counts_once(shop: ShopOnMoto, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MAX_WAITING_ORDERS", "2")
    first, second = LARGE.place(shop), LARGE.place(shop)

    for order in (first, first, first, second):
        run_saga(order.input())

    assert (first.end().status, second.end().status) == ("IN_REVIEW", "IN_REVIEW")
