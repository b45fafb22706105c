"""Conflicting transactions on a product are spread over time slots. Step Functions retries those that fail."""

from typing import Any

import pytest
from botocore.exceptions import ClientError

import reservation_store
import retry_schedule
from kernel.dynamodb import dynamodb, from_item, to_item
from kernel.event_items import new_events
from retry_schedule import MAX_WAIT_MS, SLOT_MS, RetrySchedule, ScheduleFull
from tests.load.contention import rush
from tests.support.saga_run import invoke_handler
from tests.support.shop_on_moto import ShopOnMoto

NOON = 1_795_694_400_000


class Conflicts:
    """Let the first transactions fail with a conflict, one of them together with a failed condition."""

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
    """A clock that moves only when the code sleeps."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = NOON
        monkeypatch.setattr(retry_schedule, "_now", lambda: self.now)
        monkeypatch.setattr(retry_schedule.time, "sleep", self.sleep)

    def sleep(self, seconds: float) -> None:
        self.now += round(seconds * 1000)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return Clock(monkeypatch)


def schedule_of(sku: str) -> dict[str, Any]:
    key = to_item({"subject": f"retry-schedule#{sku}"})
    return dict(dynamodb().get_item(TableName="Inventory", Key=key).get("Item", {}))


@pytest.mark.parametrize("conflicts", [1, reservation_store.RETRIES])
def test_a_temporary_conflict_is_retried(
    shop: ShopOnMoto, monkeypatch: pytest.MonkeyPatch, clock: Clock, conflicts: int
) -> None:
    sku = shop.product(stock=5)
    command = shop.saga_input(shop.place((sku, 2)))
    Conflicts(conflicts, monkeypatch)

    assert invoke_handler("ReserveStock", command) == {"outcome": "RESERVED"}
    assert shop.available(sku) == 3


def test_a_lasting_conflict_is_an_error_and_no_outcome(
    shop: ShopOnMoto, monkeypatch: pytest.MonkeyPatch, clock: Clock
) -> None:
    sku = shop.product(stock=5)
    command = shop.saga_input(shop.place((sku, 2)))
    Conflicts(reservation_store.RETRIES + 1, monkeypatch)

    with pytest.raises(ClientError, match="TransactionCanceled"):
        invoke_handler("ReserveStock", command)
    assert shop.available(sku) == 5


def test_without_a_conflict_no_reservation_waits(shop: ShopOnMoto) -> None:
    sku = shop.product(stock=5)

    invoke_handler("ReserveStock", shop.saga_input(shop.place((sku, 2))))

    assert schedule_of(sku) == {}


def test_a_reservation_of_a_sold_out_product_is_rejected_without_a_retry(
    shop: ShopOnMoto, monkeypatch: pytest.MonkeyPatch, clock: Clock
) -> None:
    sku = shop.product(stock=1)
    conflicts = Conflicts(1, monkeypatch)

    answer = invoke_handler("ReserveStock", shop.saga_input(shop.place((sku, 2))))

    assert answer == {"outcome": "REJECTED", "reason": "OUT_OF_STOCK"}
    assert conflicts.transactions == 1, "no retry is needed"
    assert shop.available(sku) == 1


def test_a_release_with_conflicts_is_retried(shop: ShopOnMoto, monkeypatch: pytest.MonkeyPatch, clock: Clock) -> None:
    sku = shop.product(stock=5)
    command = shop.saga_input(shop.place((sku, 5)))
    invoke_handler("ReserveStock", command)
    Conflicts(2, monkeypatch)

    assert invoke_handler("ReleaseStock", command) == {"outcome": "UNDONE"}
    assert shop.available(sku) == 5


def test_a_release_of_a_rejected_reservation_with_a_conflict_is_retried(
    shop: ShopOnMoto, monkeypatch: pytest.MonkeyPatch, clock: Clock
) -> None:
    command = shop.saga_input(shop.place((shop.product(stock=1), 2)))
    assert invoke_handler("ReserveStock", command)["outcome"] == "REJECTED"
    conflicts = Conflicts(2, monkeypatch)

    assert invoke_handler("ReleaseStock", command) == {"outcome": "UNDONE"}
    assert conflicts.transactions == 3
    assert clock.now == NOON, "there is no product whose slots it could wait for"


def test_each_retry_gets_its_own_slot(shop: ShopOnMoto, clock: Clock) -> None:
    schedules = [RetrySchedule() for _ in range(4)]
    slots = []
    for schedule in schedules:
        clock.now = NOON
        schedule.wait("KETTLE-1")
        slots.append(clock.now - NOON)

    assert slots == [0, SLOT_MS, 2 * SLOT_MS, 3 * SLOT_MS]


def test_a_past_schedule_starts_again_at_the_current_time(shop: ShopOnMoto, clock: Clock) -> None:
    RetrySchedule().wait("KETTLE-1")
    clock.now = later = NOON + 60_000

    RetrySchedule().wait("KETTLE-1")

    assert clock.now == later


def test_a_slot_that_is_too_late_is_an_error(shop: ShopOnMoto, clock: Clock) -> None:
    for _ in range(MAX_WAIT_MS // SLOT_MS + 1):
        clock.now = NOON
        RetrySchedule().wait("KETTLE-1")
    clock.now = NOON

    with pytest.raises(ScheduleFull):
        RetrySchedule().wait("KETTLE-1")
    assert clock.now == NOON + MAX_WAIT_MS, "an immediate retry finds the schedule as full"


def test_a_retry_after_the_end_of_the_maximum_wait_gets_no_slot(shop: ShopOnMoto, clock: Clock) -> None:
    schedule = RetrySchedule()
    clock.now += MAX_WAIT_MS + 1

    with pytest.raises(ScheduleFull):
        schedule.wait("KETTLE-1")
    assert schedule_of("KETTLE-1") == {}


def test_all_waits_of_a_call_together_end_before_the_function_does(
    shop: ShopOnMoto, monkeypatch: pytest.MonkeyPatch, clock: Clock
) -> None:
    sku = shop.product(stock=5)
    command = shop.saga_input(shop.place((sku, 1)))
    Conflicts(reservation_store.RETRIES, monkeypatch)
    for _ in range(MAX_WAIT_MS // SLOT_MS // 2):
        # Many orders at once: each reserves a slot while the clock stands still.
        clock.now = NOON
        RetrySchedule().wait(sku)
    clock.now = NOON

    assert invoke_handler("ReserveStock", command) == {"outcome": "RESERVED"}
    assert clock.now - NOON + SLOT_MS >= MAX_WAIT_MS // 2
    assert clock.now - NOON <= MAX_WAIT_MS + SLOT_MS <= 12_000, "the function has 25 s"


def test_a_schedule_item_has_no_events(shop: ShopOnMoto, clock: Clock) -> None:
    RetrySchedule().wait("KETTLE-1")

    item = schedule_of("KETTLE-1")
    assert new_events(item, None) == []
    assert from_item(item).keys() == {"subject", "next_slot"}


def test_concurrent_reservations_sell_no_piece_twice(shop: ShopOnMoto) -> None:
    outcome = rush(orders=50, stock=20, held_seconds=0.005)

    assert outcome.ends == {"RESERVED": 20, "OUT_OF_STOCK": 30}
    assert outcome.sold == 20
