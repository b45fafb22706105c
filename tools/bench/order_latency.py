"""Measure the latency of single orders: warm functions, one order at a time."""

import time
from collections.abc import Iterator
from typing import Any, NamedTuple

from tools.bench.environment import ORDER, BenchEnvironment, wait_until
from tools.bench.sample import Group, Sample

PUT = "floor: one route, one function, one PutItem"
SAGA = "floor: a saga of five empty tasks, from its start to its end"


class Latencies(NamedTuple):
    """The latencies of one order and of the floors right before it, in seconds."""

    put: float
    saga: float
    accepted: float
    confirmed: float
    shown: float


def measure(environment: BenchEnvironment, orders: int) -> Iterator[Group]:
    """Place `orders` orders one after the other, each after one call of each floor. Yields the results so far."""
    latencies: list[Latencies] = []
    for _ in range(orders):
        latencies.append(_one_of_each(environment))
        yield group(latencies)


def group(latencies: list[Latencies]) -> Group:
    """Return the latencies with their floors."""
    columns = Latencies(*zip(*latencies, strict=True))  # type: ignore[arg-type]
    rows: list[tuple[str, Any, str | None]] = [
        (PUT, columns.put, None),
        ("POST /orders, until it is accepted", columns.accepted, PUT),
        (SAGA, columns.saga, None),
        ("from accepted to CONFIRMED in the order's stream", columns.confirmed, SAGA),
        ("from accepted to CONFIRMED in the view", columns.shown, SAGA),
    ]
    return Group("latency", tuple(Sample(name, "s", tuple(values), floor) for name, values, floor in rows))


def _one_of_each(environment: BenchEnvironment) -> Latencies:
    started = time.perf_counter()
    environment.floor.put()
    put = time.perf_counter() - started

    started = time.perf_counter()
    run = environment.floor.start_saga()
    wait_until(lambda: bool(environment.floor.ended([run])), "the empty saga")
    saga = time.perf_counter() - started

    started = time.perf_counter()
    order_id = environment.customer.place_order(ORDER)["order_id"]
    accepted = time.perf_counter()
    wait_until(lambda: is_confirmed(environment, order_id), f"order {order_id} to be confirmed")
    confirmed = time.perf_counter()
    wait_until(lambda: order_id in shown_as_final(environment, [order_id]), f"order {order_id} in the view")
    shown = time.perf_counter()
    # The order's remaining work would slow down the next order.
    wait_until(lambda: is_settled(environment, order_id), f"order {order_id} to be settled")
    return Latencies(put, saga, accepted - started, confirmed - accepted, shown - accepted)


def is_confirmed(environment: BenchEnvironment, order_id: str) -> bool:
    """Return whether the order's stream has its second event, the decision."""
    key = {"order_id": {"S": order_id}, "sequence": {"N": "2"}}
    return "Item" in environment.aws.dynamodb.get_item(TableName=environment.table("Orders"), Key=key)


def is_settled(environment: BenchEnvironment, order_id: str) -> bool:
    """Return whether the order is settled."""
    key = {"order_id": {"S": order_id}, "sequence": {"N": "1"}}
    response = environment.aws.dynamodb.get_item(TableName=environment.table("Orders"), Key=key, ConsistentRead=True)
    return "unsettled_shard" not in response["Item"]


def shown_as_final(environment: BenchEnvironment, order_ids: list[str]) -> dict[str, bool]:
    """Return the orders that the view shows as final, and whether each is confirmed."""
    keys = [{"pk": {"S": f"ORDER#{order_id}"}, "sk": {"S": "SUMMARY"}} for order_id in order_ids]
    response = environment.aws.dynamodb.batch_get_item(RequestItems={environment.table("Views"): {"Keys": keys}})
    statuses = {
        item["pk"]["S"].removeprefix("ORDER#"): item["order"]["M"]["status"]["S"]
        for item in response["Responses"][environment.table("Views")]
        if "order" in item
    }
    return {order_id: status == "CONFIRMED" for order_id, status in statuses.items() if status != "PLACED"}
