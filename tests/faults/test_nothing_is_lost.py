"""Many orders on a bad day: afterwards nothing is lost, nothing is half done, nothing is stuck."""

import json
import os
import random
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from botocore.exceptions import ClientError

from tests.e2e.rush import waiting_messages
from tests.e2e.shop import Json, Person, Shop, order_body
from tests.faults.conftest import Tell
from tests.faults.injection import FAILED, INJECTED, KILLED
from tests.support.waiting import wait_until
from tools.event_store.agreement import Difference
from tools.event_store.audit import audit

ORDERS = int(os.environ.get("ORDERS", "20"))
AT_ONCE = 3
# A kettle costs 15 euros. A roaster costs a thousand, so that a person has to approve of it.
DAY = [
    ("kettle", "pm_card_visa", "12345"),
    ("kettle", "pm_card_visa", "12345"),
    ("kettle", "pm_gateway_flaky", "12345"),
    ("kettle", "pm_capture_flaky", "12345"),
    ("kettle", "pm_card_declined", "12345"),
    ("kettle", "pm_gateway_down", "12345"),
    ("kettle", "pm_card_visa", "00000"),
    ("kettle", "pm_card_visa", "99999"),
    ("kettle", "pm_capture_down", "12345"),
    ("kettle", "pm_void_down", "00000"),
    ("roaster", "pm_card_visa", "12345"),
    ("roaster", "pm_capture_flaky", "12345"),
    ("roaster", "pm_card_visa", "00000"),
]
PRICES = {"kettle": 1500, "roaster": 100000}
FINAL = ("CONFIRMED", "REJECTED", "CANCELLED")
# Who consumes which events, as the subscriptions' filters say; None: all of them.
CONSUMERS: dict[str, set[str] | None] = {
    "Projection": None,
    "Fulfilment": {"OrderPlaced", "OrderReviewApproved", "OrderRetryRequested", "OrderCancelled", "OrderRejected"},
    "Attention": {"OrderReviewRequested", "OrderNeedsAttention"},
    "TaskClosing": {"OrderCancelled", "OrderRejected", "OrderResolved"},
}


@dataclass
class Bought:
    """What an order is about, and the how manieth it is."""

    number: int
    product: str
    quantity: int

    @property
    def total(self) -> int:
        return PRICES[self.product] * self.quantity


@dataclass
class Desk:
    """The operators. They decide what comes up, and leave some things lying on purpose."""

    shop: Shop
    orders: dict[str, Bought]
    done: Counter[str]
    decided: Counter[str] = field(default_factory=Counter)

    def work(self) -> None:
        for task in self.shop.open_tasks():
            if decision := self._decision(task):
                answer = self.shop.decide(task, decision, "seen to")
                if answer.status_code == 200:
                    self.done[f"tasks decided: {decision}"] += 1
                    self.decided[task["order_id"]] += 1

    def redrive(self) -> None:
        """Send what failed five times in a row once more."""
        answer = self.shop.operator.get("/dead-letters")
        assert answer.status_code == 200, answer.text
        for queue in answer.json()["queues"]:
            if queue["depth"]:
                self.done["dead letters redriven"] += self.shop.redrive(queue["queue"])["sent"]

    def leaves(self, order_id: str) -> bool:
        """Return whether nobody will decide what needs attention of this order."""
        return self.orders[order_id].number % 2 == 0

    def _decision(self, task: Json) -> str | None:
        order_id = task["order_id"]
        if task["kind"] == "review":
            # Those that nobody decides are timed out.
            return (None, "approve", "reject")[self.orders[order_id].number % 3]
        if self.leaves(order_id):
            return None
        return "retry" if self.decided[order_id] == 0 else "resolve"


@dataclass
class Day:
    """What the customers did, and what was done to them."""

    shop: Shop
    customer: Person
    stock: int
    products: dict[str, str]
    orders: dict[str, Bought] = field(default_factory=dict)
    done: Counter[str] = field(default_factory=Counter)

    def place(self, number: int) -> str:
        """Place an order as a client that repeats what fails; now and then cancel it, kill a run, or run it twice."""
        product, payment_method, postal_code = DAY[number % len(DAY)]
        bought, key = Bought(number, product, random.randint(1, 3)), f"key-{number}"
        body = order_body(self.products[product], bought.quantity, payment_method, postal_code=postal_code)
        order_id = self.customer.insist(body, key)
        self.orders[order_id] = bought
        match number % 6:
            case 0 | 3:
                self.shop.run_saga(order_id, f"{order_id}-second-{number}")
                self.done["second runs"] += 1
            case 1:
                answer = wait_until(lambda: self._cancelled_or_not(order_id), what="an answer 202 or 409")
                self.done[f"cancellations answered {answer}"] += 1
            case 5:
                self._kill(order_id)
        return order_id

    def _kill(self, order_id: str) -> None:
        wait_until(lambda: len(self.customer.shop_events(order_id)) > 1, what=f"a first step for {order_id}")
        for run in self.shop.running(order_id):
            # It may just have ended.
            with suppress(ClientError):
                self.shop.step_functions.stop_execution(executionArn=run)
                self.done["runs killed"] += 1

    def _cancelled_or_not(self, order_id: str) -> int:
        answer = self.customer.post(f"/orders/{order_id}/cancellation")
        return answer.status_code if answer.status_code in (202, 409) else 0


def test_every_order_comes_to_an_end_and_everything_adds_up(faulty_shop: Shop, tell: Tell) -> None:
    shop, stock = faulty_shop, 10 * ORDERS
    products = {name: shop.product(stock=stock, unit_price=price) for name, price in PRICES.items()}
    day = Day(shop, shop.customer(), stock, products)
    desk = Desk(shop, day.orders, day.done)

    with ThreadPoolExecutor(AT_ONCE) as pool:
        list(pool.map(day.place, range(ORDERS)))
    _deliver_again(day)
    stuck = _orders_without_an_end(day, desk, tell)
    undelivered = _messages_left(shop, desk, tell)
    differences = _differences(shop, tell)

    tell("afterwards\n" + _figures(day, stuck, undelivered, differences))
    assert not stuck, json.dumps([day.customer.order(order_id) for order_id in stuck], indent=1)
    assert not undelivered
    assert not differences
    _money_and_stock_add_up(day)


def _deliver_again(day: Day) -> None:
    """Send half of all events to each of their consumers once more, and all that start a saga, in any order."""
    events = list(day.shop.archive())
    random.shuffle(events)
    for queue, types in CONSUMERS.items():
        wanted = [event for event in events if types is None or event["type"] in types]
        for event in wanted if queue == "Fulfilment" else wanted[::2]:
            url = day.shop.stack.outputs[f"{queue}QueueUrl"]
            day.shop.aws.sqs.send_message(QueueUrl=url, MessageBody=json.dumps(event))
            day.done["messages delivered again"] += 1


def _orders_without_an_end(day: Day, desk: Desk, tell: Tell) -> set[str]:
    """Let the operators work until every order is final, or left lying with an open task; return what is stuck."""
    waiting = set(day.orders)

    def ended() -> set[str]:
        desk.work()
        asking = {task["order_id"] for task in day.shop.open_tasks() if desk.leaves(task["order_id"])}
        return {order_id for order_id in waiting if day.shop.is_settled(order_id) or _rests(day, order_id, asking)}

    while waiting:
        try:
            waiting -= wait_until(ended, what="an order's end", every_seconds=1, progress=lambda: _progress(day))
        except AssertionError as stuck:
            tell(str(stuck))
            break
    return waiting


def _progress(day: Day) -> int:
    """Return how many events the orders' own streams hold: a new one means that something moves."""
    return sum(day.customer.shop_events(order_id).total() for order_id in day.orders)


def _rests(day: Day, order_id: str, asking: set[str]) -> bool:
    return order_id in asking and _last_own_event(day.shop, order_id)["type"] == "OrderNeedsAttention"


def _last_own_event(shop: Shop, order_id: str) -> Json:
    items = shop.table("Orders").query(
        KeyConditionExpression="order_id = :id", ExpressionAttributeValues={":id": order_id}, ConsistentRead=True
    )["Items"]
    return dict(items[-1]["events"][0])


def _messages_left(shop: Shop, desk: Desk, tell: Tell) -> dict[str, int]:
    """Wait until all queues are empty, while the operators redrive dead letters; return what is left for ever."""

    def empty() -> bool:
        desk.redrive()
        return not waiting_messages(shop)

    try:
        wait_until(empty, what="empty queues", every_seconds=1, progress=lambda: waiting_messages(shop))
    except AssertionError as stuck:
        tell(str(stuck))
    return waiting_messages(shop)


def _differences(shop: Shop, tell: Tell) -> list[Difference]:
    """Wait until the tables, the store and the views agree; return where they never do."""

    def agree() -> bool:
        return not audit(shop.stack, in_flight_seconds=0).differences

    try:
        wait_until(agree, what="agreement", every_seconds=1)
    except AssertionError as stuck:
        tell(str(stuck))
    return audit(shop.stack, in_flight_seconds=0).differences


def _money_and_stock_add_up(day: Day) -> None:
    shop, held, owed, captured = day.shop, Counter[str](), 0, 0
    for order_id, bought in day.orders.items():
        status = day.customer.wait_for(order_id, *FINAL, "NEEDS_ATTENTION")["status"]
        holds_stock = shop.item("Inventory", subject=order_id).get("status") == "RESERVED"
        held[bought.product] += bought.quantity * holds_stock
        money = shop.money(order_id)
        captured += money["captured"]
        match status:
            case "CONFIRMED":
                owed += bought.total
                assert (money, holds_stock) == ({"captured": bought.total, "held": 0}, True), order_id
                assert shop.booked_at_carrier(order_id) == "BOOKED", order_id
            case "REJECTED" | "CANCELLED":
                assert (money, holds_stock) == ({"captured": 0, "held": 0}, False), order_id
                assert shop.booked_at_carrier(order_id) in ("NOTHING", "CANCELLED"), order_id
            case "NEEDS_ATTENTION":
                assert shop.task_of(order_id)["kind"] == "attention", order_id
                # The money may be taken, and only the answer be lost: of a confirmed order.
                assert money["captured"] in (0, bought.total), order_id
                assert not money["captured"] or day.customer.shop_events(order_id)["OrderConfirmed"], order_id
                owed += money["captured"]
    assert captured == owed
    for product, sku in day.products.items():
        assert shop.available(sku) == day.stock - held[product], product


def _events_of_tables(shop: Shop) -> Iterator[Json]:
    for table in ("Orders", "Inventory", "Payments", "Shipping"):
        start: dict[str, Any] = {}
        while True:
            page = shop.table(table).scan(ConsistentRead=True, **start)
            for item in page["Items"]:
                yield from item.get("events", [])
            if "LastEvaluatedKey" not in page:
                break
            start = {"ExclusiveStartKey": page["LastEvaluatedKey"]}


def _figures(day: Day, stuck: set[str], undelivered: dict[str, int], differences: list[Difference]) -> str:
    """Return the figures of the day. The last four must be zero."""
    lines = list(_log_lines(day.shop))
    events = Counter(event["type"] for event in _events_of_tables(day.shop))
    statuses = Counter(day.customer.order(order_id).get("status", "not in the views") for order_id in day.orders)
    places = Counter(difference.place for difference in differences)
    figures = {
        "orders": len(day.orders),
        **{f"orders {status}": count for status, count in sorted(statuses.items())},
        "events": sum(events.values()),
        "faults injected": sum(INJECTED in line for line in lines),
        "of these, processes killed": sum(KILLED in line for line in lines),
        "calls that failed, to be made again": sum(FAILED in line for line in lines),
        **dict(sorted(day.done.items())),
        "orders swept": sum(_sweeps(day.shop, order_id) for order_id in day.orders),
        "compensations": sum(events[event] for event in ("StockReleased", "PaymentVoided", "ShipmentCancelled")),
        "tasks opened": events["OrderReviewRequested"] + events["OrderNeedsAttention"],
        "tasks left open": len(day.shop.open_tasks()),
        "events lost": places["store"] + places["tables"],
        "views that differ from their events": places["views"],
        "orders stuck": len(stuck),
        "messages stuck": sum(undelivered.values()),
    }
    return "\n".join(f"{count:6} {what}" for what, count in figures.items())


def _sweeps(shop: Shop, order_id: str) -> int:
    return int(shop.item("Orders", order_id=order_id, sequence=1).get("sweeps", 0))


def _log_lines(shop: Shop) -> Iterator[str]:
    logs = shop.aws.logs
    for groups in logs.get_paginator("describe_log_groups").paginate():
        for group in groups["logGroups"]:
            for page in logs.get_paginator("filter_log_events").paginate(logGroupName=group["logGroupName"]):
                yield from (event["message"] for event in page["events"])
