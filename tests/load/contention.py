"""How a hot product fares: the real code that takes stock, while transactions conflict as DynamoDB documents it.

Neither the emulator nor moto lets transactions conflict. So this is a table in memory with that one rule: a transaction
on an item that another one holds is refused with TransactionConflict
(https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis.html). How long one holds its items
AWS does not say: that is an assumption, and the thing to vary.
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

import retry_schedule
import stock_store
from kernel.cloud_event import Cause
from kernel.dynamodb import dynamodb, from_item, to_item
from stock import Reservation, ReservedLine

DEFINITION = json.loads(Path("statemachines/fulfil_order.asl.json").read_text())
(RETRY,) = (retry for retry in DEFINITION["States"]["ReserveStock"]["Retry"] if retry["ErrorEquals"] == ["States.ALL"])
# Of every call, there and back.
ROUND_TRIP_SECONDS = 0.004


class Rush(NamedTuple):
    """So many orders for so many pieces, while a transaction holds its items for so long."""

    orders: int
    stock: int
    held_seconds: float


RUSHES = [Rush(*sizes, held) for sizes in ((200, 1000), (400, 1000), (400, 20)) for held in (0.01, 0.02)]


class Outcome(NamedTuple):
    """What became of the orders: how many ended in which way, how long that took, and how many calls it took."""

    ends: Counter[str]
    seconds: list[float]
    counts: Counter[str]
    sold: int


class HotTable:
    """The inventory table as `stock_store` and `retry_schedule` call it, in memory, with DynamoDB's conflicts.

    It knows their expressions and no others. Moto would take so long for a call that the machine was measured.
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
    def in_place(self) -> Iterator[None]:
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
            self._take(from_item(TransactItems[0]["Update"]["ExpressionAttributeValues"]), TransactItems[1]["Put"])

    def _take(self, values: dict[str, Any], put: dict[str, Any]) -> None:
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
            self.counts["turns"] += 1
            end = self._next_slot
            if ":slot" in values:
                if end is None or not values[":now"] <= end <= values[":latest"]:
                    raise _refused()
                self._next_slot = end + values[":slot"]
            elif end is not None and end >= values[":now"]:
                raise _refused()
            else:
                self._next_slot = values[":next"]
            return {"Attributes": to_item({"next_slot": self._next_slot})}


def _cancelled(*codes: str) -> ClientError:
    reasons = [{"Code": code} for code in codes]
    response: Any = {"Error": {"Code": "TransactionCanceledException"}, "CancellationReasons": reasons}
    return dynamodb().exceptions.TransactionCanceledException(response, "TransactWriteItems")


def _refused() -> ClientError:
    return ClientError({"Error": {"Code": "ConditionalCheckFailedException"}}, "UpdateItem")


def rush(orders: int, stock: int, held_seconds: float) -> Outcome:
    """Let so many orders of one piece come for one product at once, each with the saga's retries."""
    sku = "KETTLE-1"
    table = HotTable(sku, stock, held_seconds)
    with table.in_place(), ThreadPoolExecutor(orders) as pool:
        done = list(pool.map(lambda _: _reserve(sku), range(orders)))
    return Outcome(
        ends=Counter(end for end, _ in done),
        seconds=[seconds for _, seconds in done],
        counts=table.counts,
        sold=stock - table.available,
    )


def _reserve(sku: str) -> tuple[str, float]:
    """Take one piece as the saga's task does, and its retries; return how that ended, and after how many seconds."""
    order_id, started = str(uuid4()), time.monotonic()
    wanted = Reservation.reserved(order_id, [ReservedLine(sku=sku, quantity=1)], Cause())
    for attempt in range(RETRY["MaxAttempts"] + 1):
        if attempt:
            time.sleep(random.uniform(0, RETRY["IntervalSeconds"]))
        try:
            stock_store.reserve(wanted, Cause())
            return "RESERVED", time.monotonic() - started
        except stock_store.OutOfStock:
            return "OUT_OF_STOCK", time.monotonic() - started
        except (ClientError, retry_schedule.ScheduleFull):
            continue
    return "RUN_AGAIN", time.monotonic() - started


def show(console: Console) -> dict[Rush, Outcome]:
    """Let each of RUSHES come, and print and return what became of it."""
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
        "turns",
        "last s",
    )
    for heading in headings:
        table.add_column(heading, justify="right")
    outcomes = {each: rush(*each) for each in RUSHES}
    for each, outcome in outcomes.items():
        ends = [outcome.ends[end] for end in ("RESERVED", "OUT_OF_STOCK", "RUN_AGAIN")]
        calls = [outcome.counts[call] for call in ("transactions", "reads", "turns")]
        row = [each.orders, each.stock, f"{each.held_seconds * 1000:.0f} ms", *ends, *calls]
        table.add_row(*map(str, row), f"{max(outcome.seconds):.1f}")
    console.print("Orders of one piece of one product, all at once:")
    console.print(table)
    return outcomes
