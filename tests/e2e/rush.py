"""A rush: many orders at once on a deployed shop, and what is true afterwards."""

from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

from tests.e2e.shop import Json, Person, Shop, order_body
from tests.support.waiting import wait_until
from tools.local_cloud import resources

PRICE = 1500
CLIENTS = 16
FINAL = {"CONFIRMED", "REJECTED"}


class Rush(NamedTuple):
    """How many orders ended with which status, and why the others were rejected."""

    ends: Counter[str]
    reasons: Counter[str]


def rush(shop: Shop, customer: Person, bodies: Sequence[Json]) -> Rush:
    """Place orders by CLIENTS patient clients at once, and wait for the end of all.

    Args:
        shop: The deployed shop.
        customer: Who orders.
        bodies: The orders: of one product each, of PRICE.

    Raises:
        AssertionError: An order is stuck, a message is left, or stock or money is lost or made up.
    """
    skus = {body["items"][0]["sku"] for body in bodies}
    stock = {sku: shop.available(sku) for sku in skus}
    before = waiting_messages(shop)
    with ThreadPoolExecutor(CLIENTS) as pool:
        order_ids = list(pool.map(customer.insist, bodies))
    wait_until(
        lambda: all(shop.is_settled(order_id) for order_id in order_ids),
        what=f"the end of {len(order_ids)} orders",
        every_seconds=2,
        progress=lambda: Counter(_last_event(shop, order_id)["type"] for order_id in order_ids),
    )
    wait_until(lambda: left(shop, before) == {}, what="handled messages", progress=lambda: left(shop, before))

    last = {order_id: _last_event(shop, order_id)["data"] for order_id in order_ids}
    assert {data["status"] for data in last.values()} <= FINAL
    pieces, owed = Counter[str](), 0
    for order_id, body in zip(order_ids, bodies, strict=True):
        confirmed = last[order_id]["status"] == "CONFIRMED"
        (line,) = body["items"]
        pieces[line["sku"]] += line["quantity"] * confirmed
        owed += PRICE * line["quantity"] * confirmed
        assert shop.money(order_id) == {"captured": PRICE * line["quantity"] * confirmed, "held": 0}
    assert {sku: shop.available(sku) for sku in skus} == {sku: stock[sku] - pieces[sku] for sku in skus}
    return Rush(
        ends=Counter(data["status"] for data in last.values()),
        reasons=Counter(data["reason"] for data in last.values() if data["status"] == "REJECTED"),
    )


def hot_product(shop: Shop, *, orders: int, stock: int) -> list[Json]:
    """Return orders of one piece each, all for one product."""
    return [order_body(shop.product(stock=stock, unit_price=PRICE))] * orders


def mixed_orders(shop: Shop, *, orders: int) -> list[Json]:
    """Return orders for five products: most are fine, some cards are declined or flaky, some addresses refused."""
    skus = [shop.product(stock=3 * orders, unit_price=PRICE) for _ in range(5)]
    kinds = [
        ("pm_card_visa", "12345"),
        ("pm_card_visa", "12345"),
        ("pm_card_declined", "12345"),
        ("pm_card_visa", "12345"),
        ("pm_gateway_flaky", "12345"),
        ("pm_card_visa", "00000"),
        ("pm_capture_flaky", "12345"),
    ]
    return [
        order_body(skus[n % len(skus)], 1 + n % 3, kinds[n % len(kinds)][0], postal_code=kinds[n % len(kinds)][1])
        for n in range(orders)
    ]


def left(shop: Shop, before: dict[str, int]) -> dict[str, int]:
    """Return the queues that hold more messages than before: other tests leave dead letters."""
    return {queue: depth for queue, depth in waiting_messages(shop).items() if depth > before.get(queue, 0)}


def waiting_messages(shop: Shop) -> dict[str, int]:
    """Return the queues of the stack that hold messages, dead-letter queues too, with how many."""
    names = [
        "ApproximateNumberOfMessages",
        "ApproximateNumberOfMessagesNotVisible",
        "ApproximateNumberOfMessagesDelayed",
    ]
    waiting = {}
    for queue in resources.of_kind(shop.aws, "AWS::SQS::Queue"):
        found = shop.aws.sqs.get_queue_attributes(QueueUrl=queue.physical_id, AttributeNames=names)["Attributes"]
        if depth := sum(int(found.get(name, 0)) for name in names):
            waiting[queue.logical_id] = depth
    return waiting


def _last_event(shop: Shop, order_id: str) -> Json:
    items = shop.table("Orders").query(
        KeyConditionExpression="order_id = :id", ExpressionAttributeValues={":id": order_id}, ConsistentRead=True
    )["Items"]
    return dict(items[-1]["events"][0])
