"""Concurrent cancellation, confirmation and rejection, many times: exactly one of them is the decision.

The functions' code runs in threads of this process on the emulator's database. A race takes milliseconds, so the test
runs many. test_cancellation.py tests the deployed functions.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from functools import partial
from threading import Barrier
from uuid import uuid4

import pytest

import order_store
import order_writes
from kernel.cloud_event import Cause, CloudEvent
from kernel.money import Money
from order import Order, Price, place
from order_events import DecidedBy, Decision
from order_store import Request
from tests.e2e.shop import Shop, concurrently
from tests.support.template import resources_of_type

RACES = 120
Decide = Callable[[Order], CloudEvent | None]
DECISIONS: dict[Decision, Decide] = {
    Decision.CANCELLED: lambda order: order.cancel(Cause()),
    Decision.CONFIRMED: lambda order: order.confirm(Cause()),
    Decision.REJECTED: lambda order: order.reject("OUT_OF_STOCK", DecidedBy.SAGA, Cause()),
}


@pytest.fixture
def orders_table(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Create a table like the orders table, but without a stream, so no saga starts."""
    name = f"races-{uuid4().hex[:8]}"
    properties = resources_of_type("AWS::DynamoDB::Table")["OrdersTable"]["Properties"]
    known = ("KeySchema", "AttributeDefinitions", "BillingMode", "GlobalSecondaryIndexes")
    shop.dynamodb.create_table(TableName=name, **{part: properties[part] for part in known})
    monkeypatch.setenv("ORDERS_TABLE_NAME", name)
    for module in (order_store, order_writes):
        monkeypatch.setattr(module, "dynamodb", lambda: shop.dynamodb)
    yield
    shop.dynamodb.delete_table(TableName=name)


def place_order() -> str:
    order_id = str(uuid4())
    prices = {"KETTLE-1": Price("Kettle", Money(amount=1500, currency="EUR"))}
    placed = place(order_id, "alice", [("KETTLE-1", 1)], prices, "pm_card_visa", Cause())
    order_store.create(placed, Request("fingerprint", {}))
    return order_id


def race(number: int) -> tuple[list[Decision | None], list[str]]:
    """Return the result of each concurrent decision, and the order's events afterwards."""
    order_id, start = place_order(), Barrier(len(DECISIONS))

    def decide(decision: Decide) -> Decision | None:
        start.wait()
        return order_store.append_event(order_id, decision).decision

    first = number % len(DECISIONS)
    decisions = [*DECISIONS.values()][first:] + [*DECISIONS.values()][:first]
    results = concurrently(*(partial(decide, decision) for decision in decisions))
    return results, [event.type for event in order_store.load(order_id).order.events]


@pytest.mark.usefixtures("orders_table")
def test_three_concurrent_decisions_make_one_decision() -> None:
    wins: Counter[str] = Counter()
    for number in range(RACES):
        results, events = race(number)

        assert len(set(results)) == 1, "all callers get the same decision"
        assert results[0] is not None
        assert events == ["OrderPlaced", f"Order{results[0].title()}"]
        wins[results[0]] += 1

    assert set(wins) == set(DECISIONS), wins
