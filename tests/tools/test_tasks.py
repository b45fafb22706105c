"""`make tasks` and `make decide`: their output and their error messages."""

from io import StringIO

import pytest
from rich.console import Console

from tools.local_cloud.cloud import LocalCloudError
from tools.terminal import tasks

REVIEW = {
    "task_id": "order-2",
    "order_id": "order",
    "kind": "review",
    "opened_at": "2026-11-20T15:38:00.000123Z",
    "total": 100000,
    "currency": "EUR",
    "failed_steps": [],
    "decisions": ["approve", "reject"],
}
ATTENTION = REVIEW | {
    "task_id": "order-6",
    "kind": "attention",
    "failed_steps": ["CapturePayment"],
    "decisions": ["retry", "resolve"],
}


class Shop:
    def __init__(self, *tasks):
        self.open = list(tasks)
        self.submitted = []

    def tasks(self):
        return self.open

    def events(self, _):
        return []

    def resolve_task(self, *decision):
        self.submitted.append(decision)


@pytest.fixture
def console():
    return Console(file=StringIO(), width=160)


def test_each_task_is_listed_with_its_subject_and_a_command_that_submits_a_decision(console):
    tasks.show_tasks(console, Shop(REVIEW, ATTENTION))

    printed = console.file.getvalue()
    assert "order-2" in printed
    assert "review of 1000.00 EUR" in printed
    assert "failed: CapturePayment" in printed
    assert "make decide TASK=order-2 DECISION=approve" in printed


def test_the_tasks_are_readable_in_a_narrow_window(console):
    console.width = 60
    tasks.show_tasks(console, Shop(ATTENTION))

    assert console.file.getvalue().splitlines()[:3] == [
        "order-6",
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

    tasks.show_order_task(console, Later(), "order")

    assert "make decide TASK=order-2 DECISION=approve" in console.file.getvalue()


def test_an_order_without_a_task_is_an_error_at_the_deadline(console):
    with pytest.raises(LocalCloudError, match="make history ORDER=order"):
        tasks.show_order_task(console, Shop(), "order", deadline_seconds=0.01)


def test_a_decision_is_sent(console):
    shop = Shop(REVIEW)

    tasks.submit_decision(console, shop, "order-2", "approve", None)

    assert shop.submitted == [("order-2", "approve", None)]


def test_the_only_open_task_needs_no_name(console):
    shop = Shop(REVIEW)

    tasks.submit_decision(console, shop, None, "approve", None)

    assert shop.submitted == [("order-2", "approve", None)]


@pytest.mark.parametrize(
    ("task", "message"),
    [(None, tasks.NO_OPEN_TASKS), ("order-9", f"There is no open task order-9. {tasks.NO_OPEN_TASKS}")],
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
        (None, None, "make decide TASK=order-6 DECISION=retry"),
        ("order-9", "retry", "make decide TASK=order-6 DECISION=retry"),
        ("order-6", "approve", "make decide TASK=order-6 DECISION=retry"),
        ("order-6", None, "retry or resolve"),
        ("order-6", "resolve", 'make decide TASK=order-6 DECISION=resolve COMMENT="what was done"'),
    ],
)
def test_the_error_for_a_wrong_command_contains_a_correct_one(console, task, decision, message):
    shop = Shop(ATTENTION)

    with pytest.raises(LocalCloudError, match=message):
        tasks.submit_decision(console, shop, task, decision, None)

    assert shop.submitted == []


def test_a_decision_without_open_tasks_is_an_error(console):
    with pytest.raises(LocalCloudError, match=tasks.NO_OPEN_TASKS):
        tasks.submit_decision(console, Shop(), "order-6", "retry", None)
