"""Simulate many orders of one product: the real reservation code on a table whose transactions conflict.

Neither the emulator nor moto has transaction conflicts. This table in memory has the documented rule: DynamoDB rejects
a transaction with TransactionConflict while another transaction holds one of its items
(https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis.html). AWS does not document how long
a transaction holds its items, so the simulation assumes several durations.
"""

import json
import random
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple
from unittest.mock import patch
from uuid import uuid4

from botocore.exceptions import ClientError
from rich.console import Console
from rich.table import Table

import reservation_store
import retry_schedule
from kernel.cloud_event import Cause
from kernel.dynamodb import dynamodb, from_item, to_item
from stock import Reservation, ReservedLine

DEFINITION = json.loads(Path("statemachines/fulfil_order.asl.json").read_text())
(RETRY,) = (retry for retry in DEFINITION["States"]["ReserveStock"]["Retry"] if retry["ErrorEquals"] == ["States.ALL"])
# Round trip of every call.
ROUND_TRIP_SECONDS = 0.004


class Rush(NamedTuple):
    """A rush of orders for one product.

    Attributes:
        orders: Concurrent orders, of one piece each.
        stock: Available pieces.
        held_seconds: How long a transaction holds its items.
    """

    orders: int
    stock: int
    held_seconds: float


RUSHES = [Rush(*sizes, held) for sizes in ((200, 1000), (400, 1000), (400, 20)) for held in (0.01, 0.02)]


class Outcome(NamedTuple):
    """The result of a rush.

    Attributes:
        ends: Number of orders by result.
        seconds: Duration of each order's reservation.
        counts: Number of calls by kind.
        sold: Reserved pieces.
    """

    ends: Counter[str]
    seconds: list[float]
    counts: Counter[str]
    sold: int


class HotTable:
    """The inventory table in memory, with DynamoDB's transaction conflicts.

    It supports only the expressions of `reservation_store` and `retry_schedule`. Moto is too slow for this simulation.
    """

    def __init__(self, sku: str, stock: int, held_seconds: float) -> None:
        self.counts: Counter[str] = Counter()
        self.available = stock
        self._sku = sku
        self._held_seconds = held_seconds
        self._reserved: set[str] = set()
        self._next_slot: int | None = None
        self._is_held = False
        self._lock = threading.Lock()

    @contextmanager
    def installed(self) -> Iterator[None]:
        client = dynamodb()
        with (
            patch.object(client, "transact_write_items", self._transact),
            patch.object(client, "get_item", self._get),
            patch.object(client, "update_item", self._update),
        ):
            yield

    def _transact(self, TransactItems: Any) -> None:  # noqa: N803 (boto3's name)
        time.sleep(ROUND_TRIP_SECONDS)
        with self._lock:
            self.counts["transactions"] += 1
            if self._is_held:
                raise _cancelled("TransactionConflict", "None")
            self._is_held = True
        time.sleep(self._held_seconds)
        with self._lock:
            self._is_held = False
            self._reserve(from_item(TransactItems[0]["Update"]["ExpressionAttributeValues"]), TransactItems[1]["Put"])

    def _reserve(self, values: dict[str, Any], put: dict[str, Any]) -> None:
        if self.available < values[":needed"]:
            raise _cancelled("ConditionalCheckFailed", "None")
        order_id = from_item(put["Item"])["subject"]
        assert order_id not in self._reserved
        self._reserved.add(order_id)
        self.available += values[":change"]

    def _get(self, **_: Any) -> Any:
        time.sleep(ROUND_TRIP_SECONDS)
        with self._lock:
            self.counts["reads"] += 1
            return {"Item": to_item({"subject": self._sku, "level": {"available": self.available}})}

    def _update(self, ExpressionAttributeValues: Any, **_: Any) -> Any:  # noqa: N803
        time.sleep(ROUND_TRIP_SECONDS)
        values = from_item(ExpressionAttributeValues)
        with self._lock:
            self.counts["slots"] += 1
            end = self._next_slot
            if ":slot" in values:
                if end is None or not values[":now"] <= end <= values[":latest"]:
                    raise _condition_failed()
                self._next_slot = end + values[":slot"]
            elif end is not None and end >= values[":now"]:
                raise _condition_failed()
            else:
                self._next_slot = values[":next"]
            return {"Attributes": to_item({"next_slot": self._next_slot})}


def _cancelled(*codes: str) -> ClientError:
    reasons = [{"Code": code} for code in codes]
    response: Any = {"Error": {"Code": "TransactionCanceledException"}, "CancellationReasons": reasons}
    return dynamodb().exceptions.TransactionCanceledException(response, "TransactWriteItems")


def _condition_failed() -> ClientError:
    return ClientError({"Error": {"Code": "ConditionalCheckFailedException"}}, "UpdateItem")


def rush(orders: int, stock: int, held_seconds: float) -> Outcome:
    """Reserve one piece for each of `orders` concurrent orders, with the saga's retries."""
    sku = "KETTLE-1"
    table = HotTable(sku, stock, held_seconds)
    with table.installed(), ThreadPoolExecutor(orders) as pool:
        done = list(pool.map(lambda _: _reserve(sku), range(orders)))
    return Outcome(
        ends=Counter(end for end, _ in done),
        seconds=[seconds for _, seconds in done],
        counts=table.counts,
        sold=stock - table.available,
    )


def _reserve(sku: str) -> tuple[str, float]:
    """Reserve one piece with the retries of the saga's task, and return the result and its duration in seconds."""
    order_id, started = str(uuid4()), time.monotonic()
    wanted = Reservation.reserved(order_id, [ReservedLine(sku=sku, quantity=1)], Cause())
    for attempt in range(RETRY["MaxAttempts"] + 1):
        if attempt:
            time.sleep(random.uniform(0, RETRY["IntervalSeconds"]))
        try:
            reservation_store.reserve(wanted, Cause())
            return "RESERVED", time.monotonic() - started
        except reservation_store.OutOfStock:
            return "OUT_OF_STOCK", time.monotonic() - started
        except (ClientError, retry_schedule.ScheduleFull):
            continue
    return "RUN_AGAIN", time.monotonic() - started


def show(console: Console) -> dict[Rush, Outcome]:
    """Simulate each of RUSHES, print the results, and return them."""
    table = Table(box=None, padding=(0, 2), header_style="dim")
    headings = (
        "orders",
        "stock",
        "held",
        "reserved",
        "sold out",
        "run again",
        "transactions",
        "reads",
        "slots",
        "last s",
    )
    for heading in headings:
        table.add_column(heading, justify="right")
    outcomes = {each: rush(*each) for each in RUSHES}
    for each, outcome in outcomes.items():
        ends = [outcome.ends[end] for end in ("RESERVED", "OUT_OF_STOCK", "RUN_AGAIN")]
        calls = [outcome.counts[call] for call in ("transactions", "reads", "slots")]
        row = [each.orders, each.stock, f"{each.held_seconds * 1000:.0f} ms", *ends, *calls]
        table.add_row(*map(str, row), f"{max(outcome.seconds):.1f}")
    console.print("Concurrent orders of one piece of one product:")
    console.print(table)
    return outcomes
