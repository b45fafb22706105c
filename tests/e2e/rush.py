"""A rush: many orders at once for the same product, on a deployed shop, and what is true afterwards."""

from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

from tests.e2e.shop import Person, Shop, order_body, wait_until

PRICE = 1500
AT_ONCE = 64
FINAL = {"CONFIRMED", "REJECTED"}


class Rush(NamedTuple):
    """How many orders ended in which way, why the others were rejected, and what the machine was too busy for.

    `repeated`: how often a customer had to send again; `retried`: how many orders a person had to.
    """

    ends: Counter[str]
    reasons: Counter[str]
    repeated: int
    retried: int


def rush(shop: Shop, customer: Person, *, orders: int, stock: int, deadline_seconds: float) -> Rush:
    """Place so many orders of one piece at once, wait for the end of all, and hold stock and money to it.

    Raises:
        AssertionError: an order is stuck, or stock or money is lost or made up.
    """
    sku = shop.product(stock=stock, unit_price=PRICE)
    body = order_body(sku)
    with ThreadPoolExecutor(AT_ONCE) as pool:
        placed = list(pool.map(lambda _: customer.insist(body), range(orders)))
    order_ids = [order_id for order_id, _ in placed]
    retried: set[str] = set()

    def all_ended() -> bool:
        open_orders = {each for each in order_ids if not shop.is_settled(each)}
        # A person comes when the rush is over: meanwhile the machine throttles people, too.
        if open_orders and all(_decision(shop, each)[0] == "NEEDS_ATTENTION" for each in open_orders):
            retried.update(_retry(shop, open_orders))
        return not open_orders

    wait_until(
        all_ended,
        what="the end of all orders",
        deadline_seconds=deadline_seconds,
        every_seconds=2,
        hint=lambda: Counter(_decision(shop, each) for each in order_ids if not shop.is_settled(each)),
    )
    decided = {order_id: _decision(shop, order_id) for order_id in order_ids}
    confirmed = [order_id for order_id, (status, _) in decided.items() if status == "CONFIRMED"]
    assert {status for status, _ in decided.values()} <= FINAL
    assert shop.available(sku) == stock - len(confirmed)
    money = [shop.money_at_gateway(order_id) for order_id in order_ids]
    assert sum(amount for held_as, amount in money if held_as == "CAPTURED") == PRICE * len(confirmed)
    assert not [held_as for held_as, _ in money if held_as == "HELD"]
    return Rush(
        ends=Counter(status for status, _ in decided.values()),
        reasons=Counter(reason for status, reason in decided.values() if status == "REJECTED"),
        repeated=sum(requests - 1 for _, requests in placed),
        retried=len(retried),
    )


def _retry(shop: Shop, order_ids: set[str]) -> Iterator[str]:
    """As an operator: have what the machine was too busy for done once more. Yields the orders."""
    for task in shop.open_tasks():
        if task["order_id"] in order_ids and shop.decide(task, "retry").status_code == 200:
            yield task["order_id"]


def _decision(shop: Shop, order_id: str) -> tuple[str, str]:
    events = shop.table("Orders").query(
        KeyConditionExpression="order_id = :id", ExpressionAttributeValues={":id": order_id}, ConsistentRead=True
    )["Items"]
    last = events[-1]["events"][0]["data"]
    return str(last["status"]), str(last.get("reason", ""))
