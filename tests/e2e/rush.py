"""A rush: many concurrent orders in a deployed shop, and checks of the end state."""

from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

from tests.e2e.shop import Caller, Json, Shop, order_body
from tests.support.waiting import wait_until
from tools.local_cloud import resources

PRICE = 1500
CLIENTS = 16
FINAL = {"CONFIRMED", "REJECTED"}


class Rush(NamedTuple):
    """The number of orders by final status, and of rejected orders by reason."""

    ends: Counter[str]
    reasons: Counter[str]


def rush(shop: Shop, customer: Caller, bodies: Sequence[Json]) -> Rush:
    """Place orders with CLIENTS concurrent clients that retry, and wait until all orders are settled.

    Args:
        shop: The deployed shop.
        customer: The customer who places the orders.
        bodies: The orders, of one product each with the price PRICE.

    Raises:
        AssertionError: An order or a message is stuck, or stock, money or shipments do not match the decisions.
    """
    skus = {body["items"][0]["sku"] for body in bodies}
    stock = {sku: shop.available(sku) for sku in skus}
    before = waiting_messages(shop)
    with ThreadPoolExecutor(CLIENTS) as pool:
        order_ids = list(pool.map(customer.place_with_retries, bodies))
    wait_until(
        lambda: all(shop.is_settled(order_id) for order_id in order_ids),
        description=f"the end of {len(order_ids)} orders",
        every_seconds=2,
        progress=lambda: Counter(shop.own_events(order_id)[-1]["type"] for order_id in order_ids),
    )
    wait_until(
        lambda: added_messages(shop, before) == {},
        description="empty queues",
        progress=lambda: added_messages(shop, before),
    )

    last = {order_id: shop.own_events(order_id)[-1]["data"] for order_id in order_ids}
    assert {data["status"] for data in last.values()} <= FINAL
    pieces, owed = Counter[str](), 0
    for order_id, body in zip(order_ids, bodies, strict=True):
        confirmed = last[order_id]["status"] == "CONFIRMED"
        (line,) = body["items"]
        pieces[line["sku"]] += line["quantity"] * confirmed
        owed += PRICE * line["quantity"] * confirmed
        assert shop.money(order_id) == {"captured": PRICE * line["quantity"] * confirmed, "held": 0}
        assert shop.booked_at_carrier(order_id) in ({"BOOKED"} if confirmed else {"NOTHING", "CANCELLED"})
    assert {sku: shop.available(sku) for sku in skus} == {sku: stock[sku] - pieces[sku] for sku in skus}
    return Rush(
        ends=Counter(data["status"] for data in last.values()),
        reasons=Counter(data["reason"] for data in last.values() if data["status"] == "REJECTED"),
    )


def hot_product(shop: Shop, *, orders: int, stock: int) -> list[Json]:
    """Return orders of one piece each, all of the same product."""
    return [order_body(shop.product(stock=stock, unit_price=PRICE))] * orders


def mixed_orders(shop: Shop, *, orders: int) -> list[Json]:
    """Return orders of five products: most succeed, some have a declined or flaky card or a refused address."""
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


def assert_only_refusals_reject(done: Rush, bodies: Sequence[Json]) -> None:
    """Assert that each of the `mixed_orders` is confirmed, except those with a declined card or a refused address."""
    declined = sum(body["payment_method"] == "pm_card_declined" for body in bodies)
    refused = sum(body["shipping_address"]["postal_code"] == "00000" for body in bodies)
    assert done.reasons == {"PAYMENT_DECLINED": declined, "ADDRESS_REFUSED": refused}
    assert done.ends == {"CONFIRMED": len(bodies) - declined - refused, "REJECTED": declined + refused}


def added_messages(shop: Shop, before: dict[str, int]) -> dict[str, int]:
    """Return the queues with more messages than before, because other tests leave dead letters."""
    return {queue: depth for queue, depth in waiting_messages(shop).items() if depth > before.get(queue, 0)}


def waiting_messages(shop: Shop) -> dict[str, int]:
    """Return the number of messages of each queue that is not empty, including dead-letter queues."""
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
