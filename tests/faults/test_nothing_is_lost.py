"""Many orders and returns under random faults: nothing is lost, nothing is half done, nothing is stuck."""

import json
import random
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

import httpx
from botocore.exceptions import ClientError

from order_email import SUBJECTS
from return_id import lost_parcel_id_of
from task import KINDS as KINDS_OF_TASKS
from tests.e2e.rush import waiting_messages
from tests.e2e.shop import ADDRESS, Caller, Json, Shop, order_body
from tests.faults.conftest import IS_LONG_RUN, ORDERS, PAYMENT_TIMEOUT_SECONDS, Print
from tests.faults.end_state import CONFIRMED, EndState, PlacedOrder, RequestedReturn
from tests.faults.injection import FAILED, INJECTED, KILLED, LOST_RESPONSES
from tests.support.waiting import wait_until
from tools.event_store.audit import UNREADABLE_IN_STORE, audit
from tools.event_store.consistency import ConsistencyReport, Difference

CONCURRENT_ORDERS = 3
# In cents. An order of a roaster reaches the review threshold.
PRICES = {"kettle": 1500, "roaster": 100000}


class Kind(NamedTuple):
    """A kind of order: product, payment method, postal code, possible ends, and the customer's answer at the bank.

    Only a payment with the card WAITS_AT_BANK has such an answer. Without one, it expires.
    """

    product: str
    payment_method: str
    postal_code: str
    ends: frozenset[str]
    at_bank: str | None = None


def _ends(*ends: str) -> frozenset[str]:
    return frozenset(ends)


WAITS_AT_BANK = "pm_requires_action"
EXPIRED = "PAYMENT_EXPIRED"
# Other ends of an order that waits for its payment or its review.
TOO_MANY = ("TOO_MANY_WAITING",) if IS_LONG_RUN else ()
NOT_APPROVED = ("REVIEW_REJECTED", "REVIEW_TIMED_OUT", *TOO_MANY)
KINDS = [
    Kind("kettle", "pm_refund_down", "12345", _ends(CONFIRMED)),
    Kind("kettle", "pm_card_visa", "12345", _ends(CONFIRMED)),
    Kind("kettle", "pm_gateway_flaky", "12345", _ends(CONFIRMED)),
    Kind("kettle", "pm_capture_flaky", "12345", _ends(CONFIRMED)),
    Kind("kettle", "pm_card_declined", "12345", _ends("PAYMENT_DECLINED")),
    Kind("kettle", "pm_gateway_down", "12345", _ends("PAYMENT_UNAVAILABLE")),
    Kind("kettle", WAITS_AT_BANK, "12345", _ends(EXPIRED, *TOO_MANY)),
    Kind("roaster", "pm_card_visa", "00000", _ends("ADDRESS_REFUSED", *NOT_APPROVED)),
    Kind("kettle", "pm_capture_down", "12345", _ends(CONFIRMED)),
    Kind("kettle", "pm_void_down", "00000", _ends("ADDRESS_REFUSED")),
    Kind("roaster", "pm_card_visa", "12345", _ends(CONFIRMED, *NOT_APPROVED)),
    Kind("roaster", "pm_capture_flaky", "12345", _ends(CONFIRMED, *NOT_APPROVED)),
    Kind("kettle", "pm_card_visa", "99999", _ends("SHIPPING_UNAVAILABLE")),
    Kind("kettle", WAITS_AT_BANK, "12345", _ends(CONFIRMED, *TOO_MANY), at_bank="approve"),
    Kind("kettle", "pm_refund_flaky", "12345", _ends(CONFIRMED)),
    Kind("kettle", WAITS_AT_BANK, "12345", _ends(CONFIRMED, *TOO_MANY), at_bank="approve"),
    Kind("roaster", WAITS_AT_BANK, "12345", _ends(CONFIRMED, *NOT_APPROVED), at_bank="approve"),
    Kind("kettle", WAITS_AT_BANK, "12345", _ends("PAYMENT_DECLINED", *TOO_MANY), at_bank="decline"),
    Kind("kettle", "pm_card_visa", "00000", _ends("ADDRESS_REFUSED")),
    Kind("kettle", "pm_card_visa", "12345", _ends(CONFIRMED)),
    Kind("kettle", WAITS_AT_BANK, "12345", _ends(CONFIRMED, *TOO_MANY), at_bank="approve"),
    Kind("kettle", "pm_card_visa", "12345", _ends(CONFIRMED)),
    Kind("kettle", "pm_card_visa", "12345", _ends(CONFIRMED)),
]
# What the carrier reports about the parcel of a paid order, by the number of the order. It can report in any order.
MOVEMENTS: list[tuple[str, ...]] = [
    ("dispatched",),
    (),
    ("delivered", "dispatched"),
    ("lost",),
    ("lost", "delivered"),
    ("dispatched", "lost"),
    ("dispatched", "delivered"),
    ("lost", "dispatched"),
]
# The event types of each consumer, as in the subscriptions' filters. None means all.
CONSUMERS: dict[str, set[str] | None] = {
    "Projection": None,
    "Fulfilment": {
        *("OrderPlaced", "OrderReviewApproved", "OrderRetryRequested", "OrderCancelled", "OrderRejected"),
        *("PaymentAuthorized", "PaymentDeclined"),
    },
    "Attention": {
        *("OrderReviewRequested", "OrderNeedsAttention", "ReturnRequested", "ReturnNeedsAttention", "ShipmentLost"),
    },
    "TaskClosing": {"OrderCancelled", "OrderRejected", "OrderResolved", "ReturnCompleted", "ShipmentDelivered"},
    "Refund": {"ReturnAccepted", "ReturnResolved"},
    "Notifications": set(SUBJECTS),
}
WEBHOOK_QUEUES = {"payments": "PaymentWebhooks", "carrier": "CarrierWebhooks"}


def _movements(number: int) -> tuple[str, ...]:
    return MOVEMENTS[number % len(MOVEMENTS)]


@dataclass
class Operators:
    """The operators. They complete tasks, and leave some tasks open on purpose."""

    shop: Shop
    orders: dict[str, PlacedOrder]
    returns: dict[str, RequestedReturn]
    cancelled: set[str]
    done: Counter[str]
    completed: Counter[str] = field(default_factory=Counter)
    answered_losses: set[str] = field(default_factory=set)

    def work(self) -> None:
        for task in self.shop.open_tasks():
            if decision := self._decision(task):
                restock = self._restocks(task) if decision == "approve" and task["kind"] == "return" else None
                if self._decide(task, decision, restock=restock):
                    self.done[f"tasks completed: {task['kind']}, {decision}"] += 1
                    self._record(task, decision)

    def redrive(self) -> None:
        """Redrive all dead letters."""
        response = self.shop.operator.get("/dead-letters")
        assert response.status_code == 200, response.text
        for queue in response.json()["queues"]:
            if queue["depth"]:
                self.done["dead letters redriven"] += self.shop.redrive(queue["queue"])["sent"]

    def leaves_open(self, task: Json) -> bool:
        """Return whether the operators leave this task open: half of the tasks caused by a provider's outage."""
        return (
            task["kind"] == "attention"
            and self.orders[task["order_id"]].number % 2 == 0
            and "Sweep" not in task["failed_steps"]
        )

    def _decide(self, task: Json, decision: str, *, restock: bool | None) -> bool:
        """Decide a task, with retries. Return whether the decision was stored.

        A fault can come after the decision was stored. The retry is then answered with 409.
        """
        statuses: list[int] = []

        def is_answered() -> bool:
            statuses.append(self.shop.decide(task, decision, "fault lane", restock=restock).status_code)
            return statuses[-1] < httpx.codes.INTERNAL_SERVER_ERROR

        wait_until(is_answered, description="an answer to a decision")
        return statuses[-1] == httpx.codes.OK or (statuses[-1] == httpx.codes.CONFLICT and len(statuses) > 1)

    def _record(self, task: Json, decision: str) -> None:
        if task["kind"] == "return":
            requested = self.returns[task["return_id"]]
            self.returns[task["return_id"]] = replace(
                requested, is_approved=decision == "approve", restocks=decision == "approve" and self._restocks(task)
            )
            return
        if task["kind"] == "lost_shipment":
            self._record_loss(task["order_id"], is_refunded=decision == "refund")
            return
        self.completed[task.get("return_id", task["order_id"])] += 1
        if "return_id" in task and decision == "resolve":
            self.returns[task["return_id"]] = replace(self.returns[task["return_id"]], is_by_hand=True)

    def _record_loss(self, order_id: str, *, is_refunded: bool) -> None:
        """Record what a refund of the lost parcel leaves to refund: the price of what is in no other return.

        The customer requested the other returns before the carrier reported the loss, and the operators approve them.
        """
        self.answered_losses.add(order_id)
        others = sum(each.amount for each in self.returns.values() if each.order_id == order_id)
        if is_refunded and (amount := self.orders[order_id].total - others):
            lost_parcel = RequestedReturn(order_id, quantity=0, amount=amount, is_approved=True)
            self.returns[lost_parcel_id_of(order_id)] = lost_parcel

    def _restocks(self, task: Json) -> bool:
        return self.orders[task["order_id"]].number % 2 == 1

    def _decision(self, task: Json) -> str | None:
        order_id = task["order_id"]
        number = self.orders[order_id].number
        if task["kind"] == "return":
            return "reject" if number % 5 == 2 and "lost" not in _movements(number) else "approve"
        if task["kind"] == "lost_shipment":
            return "resolve" if "delivered" in _movements(number) else "refund"
        if task["kind"] == "review":
            # The cancellation itself must close the review task of a cancelled order.
            if order_id in self.cancelled:
                return None
            # None lets the review time out.
            return (None, "approve", "reject")[number % 3]
        if self.leaves_open(task):
            return None
        return "retry" if self.completed[task.get("return_id", order_id)] == 0 else "resolve"


@dataclass
class Customers:
    """The customers: they place orders, and cancel some of them, kill their runs, or start second runs.

    They also play the carrier, which reports what happens to the parcels.
    """

    shop: Shop
    customer: Caller
    products: dict[str, str]
    orders: dict[str, PlacedOrder] = field(default_factory=dict)
    returns: dict[str, RequestedReturn] = field(default_factory=dict)
    cancelled: set[str] = field(default_factory=set)
    done: Counter[str] = field(default_factory=Counter)
    killed: set[str] = field(default_factory=set)
    moved: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def place(self, number: int) -> str:
        """Place an order with retries, and answer at the bank.

        Depending on `number`, cancel the order first, kill its run, or run its saga twice.
        """
        kind, quantity = KINDS[number % len(KINDS)], random.randint(1, 3)
        sku = self.products[kind.product]
        # The carrier books the shipment, but its response is always lost. The order is cancelled after the booking.
        waits_at_bank = kind.payment_method == WAITS_AT_BANK
        loses_responses = number % 6 == 1 and kind.ends == {CONFIRMED} and not waits_at_bank
        name = LOST_RESPONSES if loses_responses else ADDRESS["name"]
        body = order_body(sku, quantity, kind.payment_method, postal_code=kind.postal_code, name=name)
        order_id = self.customer.place_with_retries(body, f"key-{number}")
        self.orders[order_id] = PlacedOrder(number, sku, quantity, PRICES[kind.product] * quantity, kind.ends)
        if kind.at_bank and number % 6 != 1:
            self._answer_at_bank(order_id, kind.at_bank)
        match number % 6:
            case 0 | 3:
                self.shop.run_saga(order_id, f"{order_id}-second-{number}")
                self.done["second runs"] += 1
            case 1:
                if loses_responses:
                    wait_until(
                        lambda: self.shop.booked_at_carrier(order_id) == "BOOKED", description="a booking to cancel"
                    )
                    # Otherwise a retry of the booking could cancel the shipment. Here the compensation must cancel it.
                    self._stop_runs(order_id)
                    # The shipping service does not know the booking yet.
                    self.move_parcel(order_id, "dispatched")
                elif kind.product == "roaster" or waits_at_bank:
                    wait_until(lambda: len(self.shop.own_events(order_id)) > 1, description="a wait to cancel")
                self._cancel(order_id)
                if kind.at_bank:
                    self._answer_at_bank(order_id, kind.at_bank)
            case 5:
                self._kill(order_id)
        return order_id

    def return_items(self, order_id: str) -> None:
        """Return a confirmed and paid order, with retries: one piece, then the others in a return of their own.

        Of a parcel that gets lost, the customer has returned one piece or nothing.
        """
        order = self.orders[order_id]
        pieces = [quantity for quantity in (1, order.quantity - 1) if quantity]
        if "lost" in _movements(order.number):
            pieces = [1] if "dispatched" in _movements(order.number) else []
        for number, quantity in enumerate(pieces):
            response = self.customer.post_return(
                order_id, (order.sku, quantity), key=f"return-{number}", retries_faults=True
            )
            assert response.status_code == httpx.codes.ACCEPTED, response.text
            amount = quantity * order.total // order.quantity
            self.returns[response.json()["return_id"]] = RequestedReturn(order_id, quantity, amount)
            self.done["returns"] += 1

    def move_parcels(self, order_id: str) -> None:
        """Report the movements of the parcel of a confirmed and paid order."""
        for movement in _movements(self.orders[order_id].number):
            self.move_parcel(order_id, movement)
            if movement == "lost":
                # A delivery that is recorded first hides the loss, so no operator would get a task.
                wait_until(
                    lambda: self.customer.shop_events(order_id)["ShipmentLost"],
                    description=f"the lost parcel of order {order_id}",
                )

    def move_parcel(self, order_id: str, movement: str) -> None:
        """Report a movement of the parcel that the carrier has, with retries."""
        status = self._post_until(f"/sandbox/shipments/{order_id}", {"status": movement}, 202)
        self.moved[order_id] = (*self.moved.get(order_id, ()), movement)
        self.done[f"movements of parcels with response {status}"] += 1

    def _answer_at_bank(self, order_id: str, decision: str) -> None:
        """Approve or decline the payment at the bank, with retries, and restrict the ends of the order accordingly.

        On a slow machine, the answer can come after the payment expired. The bank's record says whether the bank
        accepted the answer, and when.
        """
        wait_until(
            lambda: self.shop.money_at_gateway(order_id)[0] != "NOTHING", description=f"the bank of order {order_id}"
        )
        status = self._post_until(f"/sandbox/payments/{order_id}", {"decision": decision}, 202, 409)
        self.done[f"payments: {decision} with response {status}"] += 1
        decided_at = self.shop.item("Sandbox", record=f"gateway#{order_id}").get("decided_at")
        order = self.orders[order_id]
        if decided_at is None:
            self.orders[order_id] = replace(order, ends=_ends(EXPIRED, *TOO_MANY))
        elif self._is_late(order_id, decided_at):
            self.orders[order_id] = replace(order, ends=order.ends | {EXPIRED})

    def _is_late(self, order_id: str, decided_at: str) -> bool:
        """Return whether the payment could expire before this time."""
        timeout = timedelta(seconds=PAYMENT_TIMEOUT_SECONDS)
        return any(
            datetime.fromisoformat(decided_at) >= datetime.fromisoformat(event["time"]) + timeout
            for event in self.shop.item("Payments", order_id=order_id).get("events", [])
            if event["type"] == "PaymentActionRequired"
        )

    def _post_until(self, path: str, body: Json, *expected: int) -> int:
        """Post with retries until the status of the response is one of `expected`, and return it."""

        def status() -> int:
            found = self.customer.post(path, json=body).status_code
            return found if found in expected else 0

        return wait_until(status, description=f"a response {expected} to {path}")

    def kill_refunds(self) -> None:
        """Kill one run of the refund of each second return, if one is running."""
        for return_id in list(self.returns)[::2]:
            if return_id not in self.killed and self._stop_runs(return_id, "RefundReturn"):
                self.killed.add(return_id)

    def _cancel(self, order_id: str) -> None:
        status = wait_until(lambda: self._request_cancellation(order_id), description="a response 202 or 409")
        self.done[f"cancellations with response {status}"] += 1
        if status == httpx.codes.ACCEPTED:
            self.cancelled.add(order_id)

    def _kill(self, order_id: str) -> None:
        wait_until(lambda: len(self.customer.shop_events(order_id)) > 1, description=f"a first step for {order_id}")
        self._stop_runs(order_id)

    def _stop_runs(self, order_or_return_id: str, state_machine: str = "FulfilOrder") -> bool:
        """Stop the running executions of a saga, and return whether there were any."""
        running = self.shop.running(order_or_return_id, state_machine)
        for run in running:
            # The run may have ended in the meantime.
            with suppress(ClientError):
                self.shop.step_functions.stop_execution(executionArn=run)
                self.done["runs killed"] += 1
        return bool(running)

    def _request_cancellation(self, order_id: str) -> int:
        """Return the status, or 0 if it is neither 202 nor 409."""
        response = self.customer.post(f"/orders/{order_id}/cancellation")
        return response.status_code if response.status_code in (202, 409) else 0


def test_every_order_and_return_ends_and_all_stores_are_consistent(faulty_shop: Shop, print_line: Print) -> None:
    shop, stock = faulty_shop, 10 * ORDERS
    products = {name: shop.product(stock=stock, unit_price=price) for name, price in PRICES.items()}
    customers = Customers(shop, shop.customer(), products)
    operators = Operators(shop, customers.orders, customers.returns, customers.cancelled, customers.done)

    with ThreadPoolExecutor(CONCURRENT_ORDERS) as pool:
        list(pool.map(customers.place, range(ORDERS)))
    _redeliver_events(customers)
    _redeliver_webhooks(customers)
    stuck = _orders_without_an_end(customers, operators, print_line)
    paid = _returnable(customers)
    with ThreadPoolExecutor(CONCURRENT_ORDERS) as pool:
        list(pool.map(customers.return_items, paid))
        list(pool.map(customers.move_parcels, paid))
    _redeliver_events(customers)
    _redeliver_webhooks(customers)
    stuck |= _returns_without_an_end(customers, operators, print_line)
    undelivered = _undelivered_messages(shop, operators, print_line)
    report = _audited(shop, print_line)
    end_state = EndState(
        shop,
        dict.fromkeys(products.values(), stock),
        customers.orders,
        customers.returns,
        customers.cancelled,
        customers.moved,
    )
    differences = end_state.differences()

    print_line("\n".join(["result", _figures(customers, stuck, undelivered, report.differences), *differences]))
    assert not stuck, json.dumps([customers.customer.order(order_id) for order_id in stuck], indent=1)
    assert not undelivered
    assert not report.differences
    assert not report.counts[UNREADABLE_IN_STORE]
    assert not differences


def _redeliver_events(customers: Customers) -> None:
    """Redeliver events in random order: all of them to the consumer Fulfilment, and half of them to each other one."""
    events = list(customers.shop.archive())
    random.shuffle(events)
    for queue, types in CONSUMERS.items():
        wanted = [event for event in events if types is None or event["type"] in types]
        if queue == "Fulfilment":
            wanted = [event for event in wanted if event["source"] == "orders" or event["data"].get("decided_by")]
        for event in wanted if queue == "Fulfilment" else wanted[::2]:
            url = customers.shop.stack.outputs[f"{queue}QueueUrl"]
            customers.shop.aws.sqs.send_message(QueueUrl=url, MessageBody=json.dumps(event))
            customers.done["messages redelivered"] += 1


def _redeliver_webhooks(customers: Customers) -> None:
    """Redeliver the queued webhooks in random order, and send an authorization for each payment without an answer.

    A webhook that the inbox has not queued yet is left out, because this would hide that the inbox never queues it.
    """
    inbox = [each for each in customers.shop.items_of("WebhookInbox") if "queued_at" in each]
    webhooks = [(each["provider"], {"webhook_id": each["webhook_id"], **json.loads(each["body"])}) for each in inbox]
    webhooks += [("payments", webhook) for webhook in _late_authorizations(customers)]
    random.shuffle(webhooks)
    for provider, webhook in webhooks:
        url = customers.shop.stack.outputs[f"{WEBHOOK_QUEUES[provider]}QueueUrl"]
        customers.shop.aws.sqs.send_message(QueueUrl=url, MessageBody=json.dumps(webhook))
        customers.done["webhooks redelivered"] += 1


def _late_authorizations(customers: Customers) -> Iterator[Json]:
    """Yield a webhook for each payment at the bank that was voided before the customer answered."""
    for order_id, order in customers.orders.items():
        record = customers.shop.item("Sandbox", record=f"gateway#{order_id}")
        if record.get("sandbox_status") == "VOIDED" and "currency" in record and "decided_at" not in record:
            yield {
                "webhook_id": f"msg_late_{order_id}",
                "type": "payment.authorized",
                "timestamp": datetime.now(UTC).isoformat(),
                "data": {"order_id": order_id, "amount": order.total, "currency": record["currency"]},
            }


def _orders_without_an_end(customers: Customers, operators: Operators, print_line: Print) -> set[str]:
    """Let the operators work until every order is settled, or has a task that they leave open.

    Returns:
        The ids of the orders that are stuck.
    """
    remaining = set(customers.orders)

    def ended() -> set[str]:
        operators.work()
        left_open = {task["order_id"] for task in customers.shop.open_tasks() if operators.leaves_open(task)}
        return {
            order_id
            for order_id in remaining
            if customers.shop.is_settled(order_id) or _waits_for_operator(customers, order_id, left_open)
        }

    return _without_an_end(remaining, ended, "an order's end", customers, print_line)


def _returnable(customers: Customers) -> list[str]:
    """Return the orders that are confirmed and paid, after their views say so."""

    def paid(order_id: str) -> bool:
        payment = customers.shop.item("Payments", order_id=order_id)
        events = customers.shop.own_events(order_id)
        return payment["status"] == "CAPTURED" and any(event["type"] == "OrderConfirmed" for event in events)

    found = [order_id for order_id in customers.orders if paid(order_id)]
    for order_id in found:
        customers.customer.wait_until_paid(order_id)
    return found


def _returns_without_an_end(customers: Customers, operators: Operators, print_line: Print) -> set[str]:
    """Let the operators work until every return and lost parcel is settled, or has a task that they leave open.

    Returns:
        The ids of the orders with returns or lost parcels that are stuck.
    """
    lost = {order_id for order_id, movements in customers.moved.items() if "lost" in movements}
    # The delivery closes the task of a lost parcel, if no operator was faster.
    found = {order_id for order_id in lost if "delivered" in customers.moved[order_id]}
    remaining = {requested.order_id for requested in customers.returns.values()} | lost

    def ended() -> set[str]:
        operators.work()
        customers.kill_refunds()
        open_tasks = customers.shop.open_tasks()
        left_open = {task.get("return_id") for task in open_tasks if operators.leaves_open(task)}
        open_losses = {task["order_id"] for task in open_tasks if task["kind"] == "lost_shipment"}
        return {
            order_id
            for order_id in remaining - (lost - found - operators.answered_losses) - open_losses
            if _returns_have_ended(customers, order_id, left_open)
        }

    return _without_an_end(remaining, ended, "a return's end", customers, print_line)


def _returns_have_ended(customers: Customers, order_id: str, left_open: set[str | None]) -> bool:
    returns = customers.shop.item("Returns", order_id=order_id).get("returns", [])
    expected = {return_id for return_id, each in customers.returns.items() if each.order_id == order_id}
    return expected <= {each["return_id"] for each in returns} and all(
        each["status"] in ("REFUSED", "COMPLETED") or ("attention" in each and each["return_id"] in left_open)
        for each in returns
    )


def _without_an_end(
    remaining: set[str], ended: Callable[[], set[str]], description: str, customers: Customers, print_line: Print
) -> set[str]:
    """Wait until all the orders in `remaining` have ended. `ended` returns those that have.

    Returns:
        The ids of the orders that are stuck.
    """
    while remaining:
        try:
            remaining -= wait_until(
                ended, description=description, every_seconds=1, progress=lambda: _progress(customers)
            )
        except AssertionError as stuck:
            print_line(str(stuck))
            break
    return remaining


def _progress(customers: Customers) -> int:
    """Return the number of events of all placed orders, in all services. A new event means progress."""
    return sum(customers.customer.shop_events(order_id).total() for order_id in customers.orders)


def _waits_for_operator(customers: Customers, order_id: str, left_open: set[str]) -> bool:
    return order_id in left_open and customers.shop.own_events(order_id)[-1]["type"] == "OrderNeedsAttention"


def _undelivered_messages(shop: Shop, operators: Operators, print_line: Print) -> dict[str, int]:
    """Wait until all queues are empty, while the operators redrive dead letters.

    Returns:
        The number of remaining messages, by queue.
    """

    def empty() -> bool:
        operators.redrive()
        return not waiting_messages(shop)

    try:
        wait_until(empty, description="empty queues", every_seconds=1, progress=lambda: waiting_messages(shop))
    except AssertionError as stuck:
        print_line(str(stuck))
        return waiting_messages(shop)
    # Not looked at again: the sweepers soon send the requests of the open tasks once more.
    return {}


def _audited(shop: Shop, print_line: Print) -> ConsistencyReport:
    """Wait until the tables, the event store and the views are consistent, and return the last audit."""

    def is_consistent() -> bool:
        return not audit(shop.stack, in_flight_seconds=0).differences

    try:
        wait_until(is_consistent, description="consistency", every_seconds=1)
    except AssertionError as stuck:
        print_line(str(stuck))
    return audit(shop.stack, in_flight_seconds=0)


def _figures(customers: Customers, stuck: set[str], undelivered: dict[str, int], differences: list[Difference]) -> str:
    """Return the figures of the test. The last four must be zero."""
    lines = list(_log_lines(customers.shop))
    tables = ("Orders", "Inventory", "Payments", "Shipping", "Returns")
    items = [item for table in tables for item in customers.shop.items_of(table)]
    events = Counter(event["type"] for item in items for event in item.get("events", []))
    statuses = Counter(
        customers.customer.order(order_id).get("status", "not in the views") for order_id in customers.orders
    )
    places = Counter(difference.place for difference in differences)
    figures = {
        "orders": len(customers.orders),
        **{f"orders {status}": count for status, count in sorted(statuses.items())},
        "events": sum(events.values()),
        "faults injected": sum(INJECTED in line for line in lines),
        "of these, processes killed": sum(KILLED in line for line in lines),
        "calls that failed and were retried": sum(FAILED in line for line in lines),
        **dict(sorted(customers.done.items())),
        "orders swept": sum(_sweeps(customers.shop, order_id) for order_id in customers.orders),
        "compensations": sum(events[event] for event in ("StockReleased", "PaymentVoided", "ShipmentCancelled")),
        "refunds": events["PaymentRefunded"],
        "tasks opened": sum(events[event] for event in KINDS_OF_TASKS),
        "tasks left open": len(customers.shop.open_tasks()),
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
