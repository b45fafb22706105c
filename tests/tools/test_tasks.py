"""`make tasks` and `make decide`: their output and their error messages."""

from io import StringIO

import pytest
from rich.console import Console

from tools.local_cloud.cloud import LocalCloudError
from tools.terminal import tasks
from tools.terminal.order_tracking import OrderSnapshot

REVIEW = {
    "task_id": "order-orders-2",
    "order_id": "order",
    "kind": "review",
    "opened_at": "2026-11-20T15:38:00.000123Z",
    "total": 100000,
    "currency": "EUR",
    "failed_steps": [],
    "decisions": ["approve", "reject"],
}
ATTENTION = REVIEW | {
    "task_id": "order-orders-6",
    "kind": "attention",
    "failed_steps": ["CapturePayment"],
    "decisions": ["retry", "resolve"],
}
LOST = {
    "task_id": "order-shipping-2",
    "order_id": "order",
    "kind": "lost_shipment",
    "opened_at": "2026-11-20T15:38:00.000123Z",
    "carrier": "sandbox",
    "tracking_number": "SANDBOX-1",
    "failed_steps": [],
    "decisions": ["refund", "resolve"],
}


class Shop:
    def __init__(self, *tasks):
        self.open = list(tasks)
        self.submitted = []

    def tasks(self):
        return self.open

    def events(self, _):
        return []

    def resolve_task(self, *decision, restock):
        self.submitted.append((*decision, restock))


def snapshot(status):
    return OrderSnapshot(({"source": "orders", "sequence": "1", "correlationid": "order", "data": {"status": status}},))


@pytest.fixture
def console():
    return Console(file=StringIO(), width=160)


def test_each_task_is_listed_with_its_subject_and_a_command_that_submits_a_decision(console):
    tasks.show_tasks(console, Shop(REVIEW, ATTENTION))

    printed = console.file.getvalue()
    assert "order-orders-2" in printed
    assert "review of 1000.00 EUR" in printed
    assert "failed: CapturePayment" in printed
    assert "make decide TASK=order-orders-2 DECISION=approve" in printed


def test_the_tasks_are_readable_in_a_narrow_window(console):
    console.width = 60
    tasks.show_tasks(console, Shop(ATTENTION))

    assert console.file.getvalue().splitlines()[:3] == [
        "order-orders-6",
        "  1000.00 EUR, failed: CapturePayment, open since 2026-11-20T15:38:00Z",
        "  decisions: retry or resolve",
    ]


def test_without_open_tasks_it_says_so(console):
    tasks.show_tasks(console, Shop())

    assert tasks.NO_OPEN_TASKS in console.file.getvalue()


def test_it_waits_for_the_task_of_an_order_and_shows_it(console):
    class Later(Shop):
        def tasks(self):
            self.polls = getattr(self, "polls", 0) + 1
            return [ATTENTION | {"order_id": "other"}] + ([REVIEW] if self.polls > 1 else [])

    tasks.show_requested_task(console, Later(), snapshot("IN_REVIEW"))

    assert "make decide TASK=order-orders-2 DECISION=approve" in console.file.getvalue()


def test_an_order_without_a_task_is_an_error_at_the_deadline(console, monkeypatch):
    monkeypatch.setattr(tasks, "DEADLINE_SECONDS", 0.01)

    with pytest.raises(LocalCloudError, match="make history ORDER=order"):
        tasks.show_requested_task(console, Shop(), snapshot("NEEDS_ATTENTION"))


def test_without_a_requested_decision_no_task_is_shown(console):
    tasks.show_requested_task(console, Shop(REVIEW), snapshot("CONFIRMED"))

    assert console.file.getvalue() == ""


@pytest.mark.parametrize("name", ["order-orders-2", None])
def test_a_decision_is_sent_and_the_only_open_task_needs_no_name(console, name):
    shop = Shop(REVIEW)

    tasks.submit_decision(console, shop, name, "approve", None)

    assert shop.submitted == [("order-orders-2", "approve", None, False)]


@pytest.mark.parametrize(
    ("task", "message"),
    [(None, tasks.NO_OPEN_TASKS), ("order-orders-9", f"There is no open task order-orders-9. {tasks.NO_OPEN_TASKS}")],
)
def test_without_open_tasks_the_message_says_so(console, task, message):
    with pytest.raises(LocalCloudError) as refused:
        tasks.submit_decision(console, Shop(), task, "approve", None)

    assert str(refused.value) == message


def test_with_several_open_tasks_the_task_must_be_named(console):
    shop = Shop(REVIEW, ATTENTION)

    with pytest.raises(LocalCloudError, match="Which task"):
        tasks.submit_decision(console, shop, None, "approve", None)

    assert shop.submitted == []


@pytest.mark.parametrize(
    ("task", "decision", "message"),
    [
        (None, None, "make decide TASK=order-orders-6 DECISION=retry"),
        ("order-orders-9", "retry", "make decide TASK=order-orders-6 DECISION=retry"),
        ("order-orders-6", "approve", "make decide TASK=order-orders-6 DECISION=retry"),
        ("order-orders-6", None, "retry or resolve"),
        ("order-orders-6", "resolve", 'make decide TASK=order-orders-6 DECISION=resolve COMMENT="what was done"'),
    ],
)
def test_the_error_for_a_wrong_command_contains_a_correct_one(console, task, decision, message):
    shop = Shop(ATTENTION)

    with pytest.raises(LocalCloudError, match=message):
        tasks.submit_decision(console, shop, task, decision, None)

    assert shop.submitted == []


def test_a_task_about_a_lost_parcel_names_it(console):
    tasks.show_tasks(console, Shop(LOST))

    printed = console.file.getvalue()
    assert "parcel SANDBOX-1 of sandbox, lost" in printed
    assert "make decide TASK=order-shipping-2 DECISION=refund" in printed


def test_a_lost_parcel_is_resolved_and_its_order_does_not_change(console):
    class WithOrder(Shop):
        def events(self, _):
            return [
                {
                    "source": "orders",
                    "type": "OrderConfirmed",
                    "sequence": "1",
                    "time": "2026-11-20T15:38:00Z",
                    "data": {"status": "CONFIRMED"},
                }
            ]

    shop = WithOrder(LOST)

    (last,) = tasks.submit_decision(console, shop, None, "resolve", "found it")

    assert shop.submitted == [("order-shipping-2", "resolve", "found it", False)]
    assert last.status == "CONFIRMED"
    assert "Order order does not change." in console.file.getvalue()


def test_the_task_of_a_lost_parcel_is_not_what_an_order_waits_for(console):
    tasks.show_requested_task(console, Shop(LOST, REVIEW), snapshot("IN_REVIEW"))

    assert "make decide TASK=order-orders-2 DECISION=approve" in console.file.getvalue()


def test_it_waits_for_the_task_of_a_lost_parcel(console):
    class Later(Shop):
        def tasks(self):
            self.polls = getattr(self, "polls", 0) + 1
            return [REVIEW, LOST | {"order_id": "other"}] + ([LOST] if self.polls > 1 else [])

    tasks.show_task_of_lost_parcel(console, Later(), LOST["order_id"])

    assert f"make decide TASK={LOST['task_id']} DECISION={LOST['decisions'][0]}" in console.file.getvalue()
