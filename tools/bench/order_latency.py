"""How long a customer waits for one order, when everything is warm and nobody else is in the shop."""

import time
from collections.abc import Iterator
from typing import Any, NamedTuple

from tools.bench.arena import ORDER, Arena, wait_until
from tools.bench.sample import Group, Sample

PUT = "floor: one route, one function, one PutItem"
SAGA = "floor: a saga of five empty tasks, from its start to its end"


class Waits(NamedTuple):
    """Seconds, of one order and of the floors right before it."""

    put: float
    saga: float
    accepted: float
    confirmed: float
    shown: float


def measure(arena: Arena, orders: int) -> Iterator[Group]:
    """Place `orders` orders, one after the other, each after one call of each floor. Yields what is known so far."""
    waits: list[Waits] = []
    for _ in range(orders):
        waits.append(_one_of_each(arena))
        yield group(waits)


def group(waits: list[Waits]) -> Group:
    """Return the waits, each beside its floor."""
    columns = Waits(*zip(*waits, strict=True))  # type: ignore[arg-type]
    rows: list[tuple[str, Any, str | None]] = [
        (PUT, columns.put, None),
        ("POST /orders, until it is accepted", columns.accepted, PUT),
        (SAGA, columns.saga, None),
        ("from accepted to CONFIRMED in the order's stream", columns.confirmed, SAGA),
        ("from accepted to CONFIRMED in the view", columns.shown, SAGA),
    ]
    return Group("latency", tuple(Sample(name, "s", tuple(values), floor) for name, values, floor in rows))


def _one_of_each(arena: Arena) -> Waits:
    started = time.perf_counter()
    arena.floor.put()
    put = time.perf_counter() - started

    started = time.perf_counter()
    run = arena.floor.start_saga()
    wait_until(lambda: bool(arena.floor.ended([run])), "the empty saga")
    saga = time.perf_counter() - started

    started = time.perf_counter()
    order_id = arena.customer.place_order(ORDER)["order_id"]
    accepted = time.perf_counter()
    wait_until(lambda: is_confirmed(arena, order_id), f"order {order_id} to be confirmed")
    confirmed = time.perf_counter()
    wait_until(lambda: order_id in shown_as_final(arena, [order_id]), f"order {order_id} in the view")
    shown = time.perf_counter()
    # What the order still does would be in the way of the next one.
    wait_until(lambda: is_settled(arena, order_id), f"order {order_id} to be settled")
    return Waits(put, saga, accepted - started, confirmed - accepted, shown - accepted)


def is_confirmed(arena: Arena, order_id: str) -> bool:
    """Whether the order's stream holds its second event, which decides it."""
    key = {"order_id": {"S": order_id}, "sequence": {"N": "2"}}
    return "Item" in arena.dynamodb.get_item(TableName=arena.table("Orders"), Key=key)


def is_settled(arena: Arena, order_id: str) -> bool:
    """Whether the order and all its consequences are done."""
    key = {"order_id": {"S": order_id}, "sequence": {"N": "1"}}
    item = arena.dynamodb.get_item(TableName=arena.table("Orders"), Key=key, ConsistentRead=True)["Item"]
    return "unsettled_shard" not in item


def shown_as_final(arena: Arena, order_ids: list[str]) -> dict[str, bool]:
    """Return the orders that the view shows as final, and whether as confirmed."""
    keys = [{"pk": {"S": f"ORDER#{order_id}"}, "sk": {"S": "SUMMARY"}} for order_id in order_ids]
    answer = arena.dynamodb.batch_get_item(RequestItems={arena.table("Views"): {"Keys": keys}})
    statuses = {
        item["pk"]["S"].removeprefix("ORDER#"): item["order"]["M"]["status"]["S"]
        for item in answer["Responses"][arena.table("Views")]
        if "order" in item
    }
    return {order_id: status == "CONFIRMED" for order_id, status in statuses.items() if status != "PLACED"}
