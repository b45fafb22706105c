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

from local import resources
from local.agreement import Difference
from local.audit import audit
from tests.e2e.shop import Json, Person, Shop, order_body, wait_until
from tests.faults.injection import FAILED, INJECTED

ORDERS = int(os.environ.get("ORDERS", "20"))
AT_ONCE = 3
DEADLINE_SECONDS = 240
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
        order_id = str(wait_until(lambda: self._accepted(body, key), what="an answer 202")["order_id"])
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

    def _accepted(self, body: Json, key: str) -> Json:
        answer = self.customer.post_order(body, key)
        self.done["requests"] += 1
        return dict(answer.json()) if answer.status_code == 202 else {}


def test_every_order_comes_to_an_end_and_everything_adds_up(faulty_shop: Shop) -> None:
    shop, stock = faulty_shop, 10 * ORDERS
    products = {name: shop.product(stock=stock, unit_price=price) for name, price in PRICES.items()}
    day = Day(shop, shop.customer(), stock, products)
    desk = Desk(shop, day.orders, day.done)

    with ThreadPoolExecutor(AT_ONCE) as pool:
        orders = list(pool.map(day.place, range(ORDERS)))
    _deliver_again(day)
    for order_id in orders:
        _wait_for_its_end(day, desk, order_id)
    wait_until(
        lambda: desk.redrive() or not _waiting(shop),
        what="empty queues",
        every_seconds=1,
        hint=lambda: _waiting(shop),
    )

    _money_and_stock_add_up(day)
    _tables_store_and_views_agree(shop)
    _report(day)


def _deliver_again(day: Day) -> None:
    """Send half of all events to the views once more, and all that start a saga to the sagas, in any order."""
    events = list(day.shop.archive())
    random.shuffle(events)
    starts = [event for event in events if event["type"] in ("OrderPlaced", "OrderCancelled")]
    for queue, copies in (("ProjectionQueueUrl", events[::2]), ("FulfilmentQueueUrl", starts)):
        for event in copies:
            day.shop.aws.sqs.send_message(QueueUrl=day.shop.stack.outputs[queue], MessageBody=json.dumps(event))
            day.done["messages delivered again"] += 1


def _wait_for_its_end(day: Day, desk: Desk, order_id: str) -> None:
    """The operators work until the order is final, or left lying with an open task."""

    def rests() -> bool:
        desk.work()
        if day.shop.is_settled(order_id):
            return True
        asks = _last_own_event(day.shop, order_id)["type"] == "OrderNeedsAttention"
        return asks and desk.leaves(order_id) and any(task["order_id"] == order_id for task in day.shop.open_tasks())

    wait_until(
        rests,
        what=f"the end of order {order_id}",
        deadline_seconds=DEADLINE_SECONDS,
        every_seconds=1,
        hint=lambda: json.dumps(day.customer.order(order_id), indent=1),
    )


def _last_own_event(shop: Shop, order_id: str) -> Json:
    items = shop.table("Orders").query(
        KeyConditionExpression="order_id = :id", ExpressionAttributeValues={":id": order_id}, ConsistentRead=True
    )["Items"]
    return dict(items[-1]["events"][0])


def _money_and_stock_add_up(day: Day) -> None:
    shop, held, owed, captured = day.shop, Counter[str](), 0, 0
    for order_id, bought in day.orders.items():
        status = day.customer.wait_for(order_id, *FINAL, "NEEDS_ATTENTION")["status"]
        day.done[status] += 1
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


def _tables_store_and_views_agree(shop: Shop) -> None:
    def differences() -> list[Difference]:
        return audit(shop.stack, in_flight_seconds=0).differences

    wait_until(lambda: not differences(), what="agreement of tables, store and views", hint=differences)


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


def _waiting(shop: Shop) -> dict[str, int]:
    """Return the queues of the stack, dead-letter queues too, that hold messages, with how many."""
    waiting = {}
    for queue in resources.of_kind(shop.aws, "AWS::SQS::Queue"):
        names = ("ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible")
        found = shop.aws.sqs.get_queue_attributes(QueueUrl=queue.physical_id, AttributeNames=list(names))["Attributes"]
        if depth := sum(int(found[name]) for name in names):
            waiting[queue.logical_id] = depth
    return waiting


def _report(day: Day) -> None:
    """Print the figures of the day. Whatever is lost or stuck has failed the test before."""
    logs = day.shop.aws.logs
    lines = [
        event["message"]
        for group in logs.describe_log_groups()["logGroups"]
        for page in logs.get_paginator("filter_log_events").paginate(logGroupName=group["logGroupName"])
        for event in page["events"]
    ]
    undone = ("StockReleased", "PaymentVoided", "ShipmentCancelled")
    day.done["compensations"] = sum(event["type"] in undone for event in _events_of_tables(day.shop))
    day.done["tasks left open"] = day.done.pop("NEEDS_ATTENTION", 0)
    figures = {
        "orders": len(day.orders),
        "faults injected": sum(INJECTED in line for line in lines),
        "calls that failed, to be made again": sum(FAILED in line for line in lines),
        **dict(sorted(day.done.items())),
        "lost": 0,
        "stuck": 0,
    }
    print("\n" + "\n".join(f"{count:6} {what}" for what, count in figures.items()))
