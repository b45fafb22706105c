"""Compare reads of a customer with ten thousand orders with those of a customer with few orders.

For each query, the emulator sorts a whole partition of the index; DynamoDB does not. The floor of a list is therefore
the same query sent directly to the table. The time that the shop adds to it must not grow with the number of orders.
"""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

from tools.bench.environment import ORDER, BenchEnvironment, wait_until
from tools.bench.order_latency import is_settled, shown_as_final
from tools.bench.sample import Group, Sample
from tools.local_cloud.sign_in import shop_as
from tools.terminal.shop import Json, Shop

FEW, PAGE_SIZE, PAGE = 25, 20, 20
# Limit of BatchWriteItem.
BATCH = 25
ORDER_OF_FEW = f"GET /orders/{{id}}, of a customer with {FEW} orders"
QUERY_OF_FEW = f"floor: DynamoDB query of the first {PAGE_SIZE} orders, of a customer with {FEW} orders"


def measure(environment: BenchEnvironment, many: int, rounds: int) -> Iterator[Group]:
    """Create few orders for one customer and `many` for another, and read both. Yields the results after each round."""
    few, many_customer = environment.operator, shop_as(environment.stack, "bob")
    few_order, many_order = _give_orders(environment, few, FEW), _give_orders(environment, many_customer, many)
    few_list, many_list = _list_of(environment, few_order), _list_of(environment, many_order)
    token = _token_of_page(many_customer, PAGE)
    order_of_many = f"GET /orders/{{id}}, of a customer with {many} orders"
    query_of_many = f"floor: the same query, of a customer with {many} orders"
    # Name, call and floor of each read.
    reads: list[tuple[str, Callable[[], object], str | None]] = [
        (ORDER_OF_FEW, lambda: few.order(few_order), None),
        (order_of_many, lambda: many_customer.order(many_order), ORDER_OF_FEW),
        (QUERY_OF_FEW, lambda: _query(environment, few_list), None),
        (f"GET /orders?limit={PAGE_SIZE}, of that customer", lambda: few.orders_page(PAGE_SIZE), QUERY_OF_FEW),
        (query_of_many, lambda: _query(environment, many_list), None),
        (f"GET /orders with {many} orders, page 1", lambda: many_customer.orders_page(PAGE_SIZE), query_of_many),
        (
            f"GET /orders with {many} orders, page {PAGE}",
            lambda: many_customer.orders_page(PAGE_SIZE, token),
            query_of_many,
        ),
    ]
    seconds: dict[str, list[float]] = {name: [] for name, _, _ in reads}
    for _ in range(rounds):
        for name, read, _floor in reads:
            started = time.perf_counter()
            read()
            seconds[name].append(time.perf_counter() - started)
        yield Group("reads", tuple(Sample(name, "s", tuple(seconds[name]), floor) for name, _, floor in reads))


def _list_of(environment: BenchEnvironment, order_id: str) -> str:
    """Return the name of the list that contains the order: its customer's list."""
    key = {"pk": {"S": f"ORDER#{order_id}"}, "sk": {"S": "SUMMARY"}}
    return str(environment.aws.dynamodb.get_item(TableName=environment.table("Views"), Key=key)["Item"]["list"]["S"])


def _query(environment: BenchEnvironment, name: str) -> None:
    environment.aws.dynamodb.query(
        TableName=environment.table("Views"),
        IndexName="ListIndex",
        KeyConditionExpression="#list = :list",
        ExpressionAttributeNames={"#list": "list"},
        ExpressionAttributeValues={":list": {"S": name}},
        ScanIndexForward=False,
        Limit=PAGE_SIZE,
    )


def _give_orders(environment: BenchEnvironment, shop: Shop, number: int) -> str:
    """Place one order, and copy its view until the customer has `number` orders.

    Returns:
        The id of the placed order.
    """
    order_id = str(shop.place_order(ORDER)["order_id"])
    wait_until(
        lambda: bool(shown_as_final(environment, [order_id])) and is_settled(environment, order_id), "the first order"
    )
    key = {"pk": {"S": f"ORDER#{order_id}"}, "sk": {"S": "SUMMARY"}}
    summary = environment.aws.dynamodb.get_item(TableName=environment.table("Views"), Key=key)["Item"]
    copies = [_copy_of(summary, age) for age in range(1, number)]
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda first: _write(environment, copies[first : first + BATCH]), range(0, len(copies), BATCH)))
    return order_id


def _copy_of(summary: Json, age: int) -> Json:
    """Return the summary of another order, placed `age` seconds earlier."""
    order_id = str(uuid4())
    time_of_first = summary["list_order"]["S"].partition("#")[0]
    placed = datetime.fromisoformat(time_of_first).astimezone(UTC) - timedelta(seconds=age)
    text = placed.isoformat(timespec="microseconds").replace("+00:00", "Z")
    return summary | {
        "pk": {"S": f"ORDER#{order_id}"},
        "list_order": {"S": f"{text}#{order_id}"},
        "placed_on": {"S": f"{text[:10]}#0"},
    }


def _write(environment: BenchEnvironment, items: list[Any]) -> None:
    unprocessed: Any = {environment.table("Views"): [{"PutRequest": {"Item": item}} for item in items]}
    while unprocessed:
        unprocessed = environment.aws.dynamodb.batch_write_item(RequestItems=unprocessed).get("UnprocessedItems", {})


def _token_of_page(shop: Shop, number: int) -> str | None:
    token: str | None = None
    for _ in range(number - 1):
        token = shop.orders_page(PAGE_SIZE, token).get("next_token")
    return token
