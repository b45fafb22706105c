"""A rush: many orders at once for the same product, on a deployed shop, and what is true afterwards."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

from tests.e2e.shop import Person, Shop, order_body, wait_until

PRICE = 1500
AT_ONCE = 64
FINAL = {"CONFIRMED", "REJECTED"}


class Rush(NamedTuple):
    """How many orders ended in which way, and why the others were rejected."""

    ends: Counter[str]
    reasons: Counter[str]


def rush(shop: Shop, customer: Person, *, orders: int, stock: int, deadline_seconds: float) -> Rush:
    """Place so many orders of one piece at once, wait for the end of all, and hold stock and money to it.

    Raises:
        AssertionError: an order is stuck, or stock or money is lost or made up.
    """
    sku = shop.product(stock=stock, unit_price=PRICE)
    body = order_body(sku)
    with ThreadPoolExecutor(AT_ONCE) as pool:
        answers = list(pool.map(lambda _: customer.post_order(body), range(orders)))
    assert {answer.status_code for answer in answers} == {202}
    order_ids = [str(answer.json()["order_id"]) for answer in answers]

    wait_until(
        lambda: all(map(shop.is_settled, order_ids)),
        what="the end of all orders",
        deadline_seconds=deadline_seconds,
        every_seconds=2,
        hint=lambda: Counter(map(shop.is_settled, order_ids)),
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
    )


def _decision(shop: Shop, order_id: str) -> tuple[str, str]:
    events = shop.table("Orders").query(
        KeyConditionExpression="order_id = :id", ExpressionAttributeValues={":id": order_id}, ConsistentRead=True
    )["Items"]
    last = events[-1]["events"][0]["data"]
    return str(last["status"]), str(last.get("reason", ""))
