"""A conflict between transactions is a fault: waited out in a queue before the product, then left to Step Functions."""

from typing import Any

from kernel.dynamodb import dynamodb, from_item, to_item
from kernel.outbox import events_of

import pytest
from botocore.exceptions import ClientError

import stock_store
import turnstile
from tests.load.contention import rush
from tests.support.saga_run import invoke_handler
from tests.support.shop_on_moto import ShopOnMoto
from turnstile import MOMENT_MS, PATIENCE_MS, TooLongAQueue, Turnstile

NOON = 1_795_694_400_000


class Conflicts:
    """Lets the first so many transactions fail with a conflict, one of them beside a failed condition."""

    def __init__(self, count: int, monkeypatch: pytest.MonkeyPatch) -> None:
        self.left = count
        self.transactions = 0
        client = dynamodb()
        real = client.transact_write_items

        def transact_write_items(**writes: object) -> object:
            self.transactions += 1
            if self.left == 0:
                return real(**writes)  # type: ignore[arg-type]
            self.left -= 1
            reasons = [{"Code": "TransactionConflict"}, {"Code": "ConditionalCheckFailed"}]
            response = {"Error": {"Code": "TransactionCanceledException"}, "CancellationReasons": reasons}
            raise client.exceptions.TransactionCanceledException(response, "TransactWriteItems")  # type: ignore[arg-type]

        monkeypatch.setattr(client, "transact_write_items", transact_write_items)


class Clock:
    """A clock that stands, unless somebody sleeps."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = NOON
        monkeypatch.setattr(turnstile, "_now", lambda: self.now)
        monkeypatch.setattr(turnstile.time, "sleep", self.sleep)

    def sleep(self, seconds: float) -> None:
        self.now += round(seconds * 1000)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return Clock(monkeypatch)


def queue_of(sku: str) -> dict[str, Any]:
    key = to_item({"subject": f"turnstile#{sku}"})
    return dict(dynamodb().get_item(TableName="Inventory", Key=key).get("Item", {}))


@pytest.mark.parametrize("conflicts", [1, stock_store.TURNS])
def test_a_conflict_that_passes_is_waited_out(
    shop: ShopOnMoto, monkeypatch: pytest.MonkeyPatch, clock: Clock, conflicts: int
) -> None:
    sku = shop.product(stock=5)
    command = shop.saga_input(shop.place((sku, 2)))
    Conflicts(conflicts, monkeypatch)

    assert invoke_handler("ReserveStock", command) == {"outcome": "RESERVED"}
    assert shop.available(sku) == 3


def test_a_conflict_that_lasts_is_a_fault_and_no_outcome(
    shop: ShopOnMoto, monkeypatch: pytest.MonkeyPatch, clock: Clock
) -> None:
    sku = shop.product(stock=5)
    command = shop.saga_input(shop.place((sku, 2)))
    Conflicts(stock_store.TURNS + 1, monkeypatch)

    with pytest.raises(ClientError, match="TransactionCanceled"):
        invoke_handler("ReserveStock", command)
    assert shop.available(sku) == 5


def test_without_a_conflict_nobody_queues(shop: ShopOnMoto) -> None:
    sku = shop.product(stock=5)

    invoke_handler("ReserveStock", shop.saga_input(shop.place((sku, 2))))

    assert queue_of(sku) == {}


def test_who_waits_for_what_is_sold_out_is_told_so(
    shop: ShopOnMoto, monkeypatch: pytest.MonkeyPatch, clock: Clock
) -> None:
    sku = shop.product(stock=1)
    conflicts = Conflicts(1, monkeypatch)

    answer = invoke_handler("ReserveStock", shop.saga_input(shop.place((sku, 2))))

    assert answer == {"outcome": "REJECTED", "reason": "OUT_OF_STOCK"}
    assert conflicts.transactions == 1, "it need not be tried again"
    assert shop.available(sku) == 1


def test_stock_that_comes_back_waits_its_turn_too(
    shop: ShopOnMoto, monkeypatch: pytest.MonkeyPatch, clock: Clock
) -> None:
    sku = shop.product(stock=5)
    command = shop.saga_input(shop.place((sku, 5)))
    invoke_handler("ReserveStock", command)
    Conflicts(2, monkeypatch)

    assert invoke_handler("ReleaseStock", command) == {"outcome": "UNDONE"}
    assert shop.available(sku) == 5


def test_each_gets_a_moment_of_its_own(shop: ShopOnMoto, clock: Clock) -> None:
    crowd = [Turnstile() for _ in range(4)]
    turns = []
    for one in crowd:
        clock.now = NOON
        one.wait("KETTLE-1")
        turns.append(clock.now - NOON)

    assert turns == [0, MOMENT_MS, 2 * MOMENT_MS, 3 * MOMENT_MS]


def test_a_queue_that_is_over_begins_anew(shop: ShopOnMoto, clock: Clock) -> None:
    Turnstile().wait("KETTLE-1")
    clock.now = later = NOON + 60_000

    Turnstile().wait("KETTLE-1")

    assert clock.now == later


def test_who_cannot_be_served_in_time_comes_again_later(shop: ShopOnMoto, clock: Clock) -> None:
    for _ in range(PATIENCE_MS // MOMENT_MS + 1):
        clock.now = NOON
        Turnstile().wait("KETTLE-1")
    clock.now = NOON

    with pytest.raises(TooLongAQueue):
        Turnstile().wait("KETTLE-1")
    assert clock.now == NOON + PATIENCE_MS, "whoever comes again at once finds the queue as long"


def test_all_turns_of_a_call_together_end_before_the_function_does(
    shop: ShopOnMoto, monkeypatch: pytest.MonkeyPatch, clock: Clock
) -> None:
    sku = shop.product(stock=5)
    command = shop.saga_input(shop.place((sku, 1)))
    Conflicts(stock_store.TURNS, monkeypatch)
    for _ in range(PATIENCE_MS // MOMENT_MS // 2):
        # A crowd: each takes a moment, and no time passes.
        clock.now = NOON
        Turnstile().wait(sku)
    clock.now = NOON

    assert invoke_handler("ReserveStock", command) == {"outcome": "RESERVED"}
    assert clock.now - NOON + MOMENT_MS >= PATIENCE_MS // 2
    assert clock.now - NOON <= PATIENCE_MS + MOMENT_MS <= 12_000, "the function has 25 s"


def test_a_turnstile_announces_nothing(shop: ShopOnMoto, clock: Clock) -> None:
    Turnstile().wait("KETTLE-1")

    item = queue_of("KETTLE-1")
    assert events_of(item, None) == []
    assert from_item(item).keys() == {"subject", "queue_ends"}


def test_a_rush_is_served_and_nothing_is_sold_twice(shop: ShopOnMoto) -> None:
    outcome = rush(orders=50, stock=20, held_seconds=0.005)

    assert outcome.ends == {"RESERVED": 20, "OUT_OF_STOCK": 30}
    assert outcome.sold == 20
