"""Many orders on a bad day: afterwards nothing is lost, nothing is half done, nothing is stuck."""

import json
import os
import random
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from typing import NamedTuple

import httpx
from botocore.exceptions import ClientError

from tests.e2e.rush import waiting_messages
from tests.e2e.shop import ADDRESS, Json, Person, Shop, order_body
from tests.faults.conftest import Tell
from tests.faults.end_state import CONFIRMED, Bought, EndState
from tests.faults.injection import FAILED, INJECTED, KILLED, UNANSWERED
from tests.support.waiting import wait_until
from tools.event_store.audit import UNREADABLE_IN_STORE, audit
from tools.event_store.consistency import ConsistencyReport, Difference

ORDERS = int(os.environ.get("ORDERS", "20"))
AT_ONCE = 3
# A kettle costs 15 euros. A roaster costs a thousand, so that a person has to approve of it.
PRICES = {"kettle": 1500, "roaster": 100000}


class Kind(NamedTuple):
    """What is ordered, the payment method, the postal code, and the possible ends."""

    product: str
    payment_method: str
    postal_code: str
    ends: frozenset[str]


def _ends(*ends: str) -> frozenset[str]:
    return frozenset(ends)


# The other ends of an order that goes into review. The number of a customer's orders in review is limited.
NOT_APPROVED = ("REVIEW_REJECTED", "REVIEW_TIMED_OUT", "TOO_MANY_WAITING")
DAY = [
    Kind("kettle", "pm_card_visa", "12345", _ends(CONFIRMED)),
    Kind("kettle", "pm_card_visa", "12345", _ends(CONFIRMED)),
    Kind("kettle", "pm_gateway_flaky", "12345", _ends(CONFIRMED)),
    Kind("kettle", "pm_capture_flaky", "12345", _ends(CONFIRMED)),
    Kind("kettle", "pm_card_declined", "12345", _ends("PAYMENT_DECLINED")),
    Kind("kettle", "pm_gateway_down", "12345", _ends("PAYMENT_UNAVAILABLE")),
    Kind("kettle", "pm_card_visa", "00000", _ends("ADDRESS_REFUSED")),
    Kind("roaster", "pm_card_visa", "00000", _ends("ADDRESS_REFUSED", *NOT_APPROVED)),
    Kind("kettle", "pm_capture_down", "12345", _ends(CONFIRMED)),
    Kind("kettle", "pm_void_down", "00000", _ends("ADDRESS_REFUSED")),
    Kind("roaster", "pm_card_visa", "12345", _ends(CONFIRMED, *NOT_APPROVED)),
    Kind("roaster", "pm_capture_flaky", "12345", _ends(CONFIRMED, *NOT_APPROVED)),
    Kind("kettle", "pm_card_visa", "99999", _ends("SHIPPING_UNAVAILABLE")),
]
# Who consumes which events, as the subscriptions' filters say; None: all of them.
CONSUMERS: dict[str, set[str] | None] = {
    "Projection": None,
    "Fulfilment": {"OrderPlaced", "OrderReviewApproved", "OrderRetryRequested", "OrderCancelled", "OrderRejected"},
    "Attention": {"OrderReviewRequested", "OrderNeedsAttention"},
    "TaskClosing": {"OrderCancelled", "OrderRejected", "OrderResolved"},
    "Notifications": {"OrderConfirmed", "OrderRejected", "OrderCancelled"},
}


@dataclass
class Desk:
    """The operators. They decide what comes up, and leave some things lying on purpose."""

    shop: Shop
    orders: dict[str, Bought]
    cancelled: set[str]
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

    def leaves(self, task: Json) -> bool:
        """Return whether the operators leave this task open: half of those that a provider's outage caused."""
        return self.orders[task["order_id"]].number % 2 == 0 and "Sweep" not in task["failed_steps"]

    def _decision(self, task: Json) -> str | None:
        order_id = task["order_id"]
        if task["kind"] == "review":
            # The cancellation alone has to close the review of a cancelled order.
            if order_id in self.cancelled:
                return None
            # A review without a decision is timed out.
            return (None, "approve", "reject")[self.orders[order_id].number % 3]
        if self.leaves(task):
            return None
        return "retry" if self.decided[order_id] == 0 else "resolve"


@dataclass
class Day:
    """What the customers did, and what was done to them."""

    shop: Shop
    customer: Person
    products: dict[str, str]
    orders: dict[str, Bought] = field(default_factory=dict)
    cancelled: set[str] = field(default_factory=set)
    done: Counter[str] = field(default_factory=Counter)

    def place(self, number: int) -> str:
        """Place an order as a client that repeats what fails; now and then cancel it, kill a run, or run it twice."""
        kind, quantity = DAY[number % len(DAY)], random.randint(1, 3)
        sku = self.products[kind.product]
        # The carrier books it, and its answer is always lost. So the cancellation meets a booked order.
        is_unanswered = number % 6 == 1 and kind.ends == {CONFIRMED}
        name = UNANSWERED if is_unanswered else ADDRESS["name"]
        body = order_body(sku, quantity, kind.payment_method, postal_code=kind.postal_code, name=name)
        order_id = self.customer.insist(body, f"key-{number}")
        self.orders[order_id] = Bought(number, sku, quantity, PRICES[kind.product] * quantity, kind.ends)
        match number % 6:
            case 0 | 3:
                self.shop.run_saga(order_id, f"{order_id}-second-{number}")
                self.done["second runs"] += 1
            case 1:
                if is_unanswered:
                    wait_until(lambda: self.shop.booked_at_carrier(order_id) == "BOOKED", what="a booking to cancel")
                    # A retry of the booking would cancel it, too. The compensation has to do it alone.
                    self._stop_runs(order_id)
                elif kind.product == "roaster":
                    wait_until(lambda: len(self.shop.own_events(order_id)) > 1, what="a review to cancel")
                self._cancel(order_id)
            case 5:
                self._kill(order_id)
        return order_id

    def _cancel(self, order_id: str) -> None:
        answer = wait_until(lambda: self._cancelled_or_not(order_id), what="an answer 202 or 409")
        self.done[f"cancellations answered {answer}"] += 1
        if answer == httpx.codes.ACCEPTED:
            self.cancelled.add(order_id)

    def _kill(self, order_id: str) -> None:
        wait_until(lambda: len(self.customer.shop_events(order_id)) > 1, what=f"a first step for {order_id}")
        self._stop_runs(order_id)

    def _stop_runs(self, order_id: str) -> None:
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
    day = Day(shop, shop.customer(), products)
    desk = Desk(shop, day.orders, day.cancelled, day.done)

    with ThreadPoolExecutor(AT_ONCE) as pool:
        list(pool.map(day.place, range(ORDERS)))
    _deliver_again(day)
    stuck = _orders_without_an_end(day, desk, tell)
    undelivered = _messages_left(shop, desk, tell)
    found = _audited(shop, tell)
    end_state = EndState(shop, dict.fromkeys(products.values(), stock), day.orders, day.cancelled)
    loose_ends = end_state.loose_ends()

    tell("\n".join(["afterwards", _figures(day, stuck, undelivered, found.differences), *loose_ends]))
    assert not stuck, json.dumps([day.customer.order(order_id) for order_id in stuck], indent=1)
    assert not undelivered
    assert not found.differences
    assert not found.counts[UNREADABLE_IN_STORE]
    assert not loose_ends


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
        asking = {task["order_id"] for task in day.shop.open_tasks() if desk.leaves(task)}
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
    return order_id in asking and day.shop.own_events(order_id)[-1]["type"] == "OrderNeedsAttention"


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


def _audited(shop: Shop, tell: Tell) -> ConsistencyReport:
    """Wait until the tables, the store and the views agree; return the last audit, which says where they never do."""

    def agree() -> bool:
        return not audit(shop.stack, in_flight_seconds=0).differences

    try:
        wait_until(agree, what="agreement", every_seconds=1)
    except AssertionError as stuck:
        tell(str(stuck))
    return audit(shop.stack, in_flight_seconds=0)


def _figures(day: Day, stuck: set[str], undelivered: dict[str, int], differences: list[Difference]) -> str:
    """Return the figures of the day. The last four must be zero."""
    lines = list(_log_lines(day.shop))
    tables = ("Orders", "Inventory", "Payments", "Shipping")
    items = [item for table in tables for item in day.shop.items_of(table)]
    events = Counter(event["type"] for item in items for event in item.get("events", []))
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
