"""The limit on running sagas: orders beyond it wait in the queue, and no permit is lost."""

import json
from typing import Any

import pytest

import fulfilment_run
import saga_limit
from tests.engine_of_runs import StepFunctions, engine_of_runs
from tests.fulfilments import ENDS, PlacedOrder, Situation
from tests.saga_run import run_saga
from tests.shop_on_moto import ShopOnMoto

HAPPY = Situation("everything works")


class Queue:
    """Takes messages."""

    def __init__(self) -> None:
        self.messages: list[dict[str, Any]] = []

    def send_message(self, **message: Any) -> None:
        self.messages.append(message)


@pytest.fixture
def engine(monkeypatch: pytest.MonkeyPatch, shop: ShopOnMoto) -> StepFunctions:
    monkeypatch.setenv("DEAD_LETTER_QUEUE_URL", "dead-letters")
    monkeypatch.setenv("FULFILMENT_QUEUE_URL", "fulfilment")
    monkeypatch.setenv("MAX_RUNNING_SAGAS", "2")
    return engine_of_runs(monkeypatch)


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


def test_an_order_beyond_the_limit_goes_back_into_the_queue_and_starts_later(
    shop: ShopOnMoto, engine: StepFunctions, queue: Queue, orders: list[PlacedOrder]
) -> None:
    for order in orders:
        start(shop, order)

    first, second, third = (f"{order.order_id}-1" for order in orders)
    assert list(engine.runs) == [first, second]
    (message,) = queue.messages
    assert message["DelaySeconds"] > 0

    run_saga(engine.runs[first])
    shop.start_fulfilment(json.loads(message["MessageBody"]))

    assert list(engine.runs) == [first, second, third]
    assert engine.runs[third] == orders[2].input()


@pytest.mark.parametrize("situation", ENDS, ids=lambda situation: situation.name)
def test_every_end_of_a_run_gives_the_permit_back(
    shop: ShopOnMoto, engine: StepFunctions, queue: Queue, situation: Situation
) -> None:
    others = [situation.place(shop) for _ in range(3)]

    for order in others:
        start(shop, order)
        run_saga(order.input())

    assert queue.messages == []


def test_an_order_that_has_a_permit_may_start_another_run(engine: StepFunctions, orders: list[PlacedOrder]) -> None:
    taken = [saga_limit.acquire(order.order_id) for order in (orders[0], orders[1], orders[0], orders[2])]

    assert taken == [True, True, True, False]


def test_the_permit_of_a_run_that_died_expires(
    engine: StepFunctions, orders: list[PlacedOrder], monkeypatch: pytest.MonkeyPatch
) -> None:
    for order in orders[:2]:
        saga_limit.acquire(order.order_id)
    now = saga_limit.time.time()
    monkeypatch.setattr(saga_limit.time, "time", lambda: now + saga_limit.PERMIT_SECONDS + 1)

    assert [saga_limit.acquire(orders[2].order_id), saga_limit.acquire(orders[0].order_id)] == [True, True]
    assert not saga_limit.acquire(orders[1].order_id), "both permits are taken again"


def test_a_permit_is_given_back_once(engine: StepFunctions, orders: list[PlacedOrder]) -> None:
    saga_limit.acquire(orders[0].order_id)

    for _ in range(2):
        saga_limit.release(orders[0].order_id)
        saga_limit.release(orders[1].order_id)

    assert saga_limit.acquire(orders[1].order_id)
