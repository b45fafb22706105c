"""Whether reading stays as quick for a customer with ten thousand orders as for one with a few.

The emulator sorts a whole partition of an index for each query, which DynamoDB does not. So the floor of a list is its
query, asked of the same table directly: what the shop adds to that is what must not grow.
"""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

from tools.bench.arena import ORDER, Arena, wait_until
from tools.bench.order_latency import is_settled, shown_as_final
from tools.bench.sample import Group, Sample
from tools.terminal.shop import Json, Shop

FEW, PAGE_SIZE, PAGE = 25, 20, 20
# BatchWriteItem takes no more.
BATCH = 25
ORDER_OF_FEW = f"GET /orders/{{id}}, of a customer with {FEW} orders"
QUERY_OF_FEW = f"floor: the index's first {PAGE_SIZE}, asked of the table, of the same customer"


def measure(arena: Arena, many: int, rounds: int) -> Iterator[Group]:
    """Give one customer a few orders and another one `many`, and read both in turn. Yields what is known so far."""
    few, rich = arena.signed_in("operator"), arena.signed_in("bob")
    few_order, rich_order = _give_orders(arena, few, FEW), _give_orders(arena, rich, many)
    few_list, rich_list = _list_of(arena, few_order), _list_of(arena, rich_order)
    token = _token_of_page(rich, PAGE)
    order_of_many = f"GET /orders/{{id}}, of a customer with {many} orders"
    query_of_many = f"floor: the same query with {many} orders"
    # What is read, how, and what it is compared with.
    reads: list[tuple[str, Callable[[], object], str | None]] = [
        (ORDER_OF_FEW, lambda: few.order(few_order), None),
        (order_of_many, lambda: rich.order(rich_order), ORDER_OF_FEW),
        (QUERY_OF_FEW, lambda: _query(arena, few_list), None),
        (f"GET /orders?limit={PAGE_SIZE}, of that customer", lambda: few.orders_page(PAGE_SIZE), QUERY_OF_FEW),
        (query_of_many, lambda: _query(arena, rich_list), None),
        (f"GET /orders with {many} orders, page 1", lambda: rich.orders_page(PAGE_SIZE), query_of_many),
        (f"GET /orders with {many} orders, page {PAGE}", lambda: rich.orders_page(PAGE_SIZE, token), query_of_many),
    ]
    seconds: dict[str, list[float]] = {name: [] for name, _, _ in reads}
    for _ in range(rounds):
        for name, read, _floor in reads:
            started = time.perf_counter()
            read()
            seconds[name].append(time.perf_counter() - started)
        yield Group("reads", tuple(Sample(name, "s", tuple(seconds[name]), floor) for name, _, floor in reads))


def _list_of(arena: Arena, order_id: str) -> str:
    """The name of the list that the order is in: its customer's."""
    key = {"pk": {"S": f"ORDER#{order_id}"}, "sk": {"S": "SUMMARY"}}
    return str(arena.dynamodb.get_item(TableName=arena.table("Views"), Key=key)["Item"]["list"]["S"])


def _query(arena: Arena, name: str) -> None:
    arena.dynamodb.query(
        TableName=arena.table("Views"),
        IndexName="ListIndex",
        KeyConditionExpression="#list = :list",
        ExpressionAttributeNames={"#list": "list"},
        ExpressionAttributeValues={":list": {"S": name}},
        ScanIndexForward=False,
        Limit=PAGE_SIZE,
    )


def _give_orders(arena: Arena, shop: Shop, number: int) -> str:
    """Let a customer place one order, and copy what the projector made of it until there are `number`.

    Returns: the id of the placed one.
    """
    order_id = str(shop.place_order(ORDER)["order_id"])
    wait_until(lambda: bool(shown_as_final(arena, [order_id])) and is_settled(arena, order_id), "the first order")
    key = {"pk": {"S": f"ORDER#{order_id}"}, "sk": {"S": "SUMMARY"}}
    summary = arena.dynamodb.get_item(TableName=arena.table("Views"), Key=key)["Item"]
    copies = [_copy_of(summary, age) for age in range(1, number)]
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda first: _write(arena, copies[first : first + BATCH]), range(0, len(copies), BATCH)))
    return order_id


def _copy_of(summary: Json, age: int) -> Json:
    """The summary of another order, placed so many seconds earlier."""
    order_id = str(uuid4())
    time_of_first = summary["list_order"]["S"].partition("#")[0]
    placed = datetime.fromisoformat(time_of_first).astimezone(UTC) - timedelta(seconds=age)
    text = placed.isoformat(timespec="microseconds").replace("+00:00", "Z")
    return summary | {
        "pk": {"S": f"ORDER#{order_id}"},
        "list_order": {"S": f"{text}#{order_id}"},
        "placed_on": {"S": f"{text[:10]}#0"},
    }


def _write(arena: Arena, items: list[Any]) -> None:
    waiting = {arena.table("Views"): [{"PutRequest": {"Item": item}} for item in items]}
    while waiting:
        waiting = arena.dynamodb.batch_write_item(RequestItems=waiting).get("UnprocessedItems", {})


def _token_of_page(shop: Shop, number: int) -> str | None:
    token: str | None = None
    for _ in range(number - 1):
        token = shop.orders_page(PAGE_SIZE, token).get("next_token")
    return token
