"""`make tasks` and `make decide`: what they print, and what they say where they cannot."""

from io import StringIO

import pytest
from rich.console import Console

from tools.local_cloud.cloud import LocalCloudError
from tools.terminal import people

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
        self.decided = []

    def tasks(self):
        return self.open

    def events(self, _):
        return []

    def decide_task(self, *decision):
        self.decided.append(decision)


@pytest.fixture
def console():
    return Console(file=StringIO(), width=160)


def test_the_tasks_are_listed_with_what_they_are_about_and_a_command_to_decide_one(console):
    people.show_tasks(console, Shop(REVIEW, ATTENTION))

    printed = console.file.getvalue()
    assert "order-2" in printed
    assert "review of 1000.00 EUR" in printed
    assert "failed: CapturePayment" in printed
    assert "make decide TASK=order-2 DECISION=approve" in printed


def test_the_tasks_can_be_read_in_a_narrow_window(console):
    console.width = 60
    people.show_tasks(console, Shop(ATTENTION))

    assert console.file.getvalue().splitlines()[:3] == [
        "order-6",
        "  1000.00 EUR, failed: CapturePayment, since 2026-11-20T15:38:00Z",
        "  takes retry or resolve",
    ]


def test_nothing_to_do_is_said(console):
    people.show_tasks(console, Shop())

    assert people.NOTHING in console.file.getvalue()


def test_the_task_of_an_order_is_waited_for_and_shown(console):
    class Later(Shop):
        def tasks(self):
            self.looks = getattr(self, "looks", 0) + 1
            return [ATTENTION | {"order_id": "other"}] + ([REVIEW] if self.looks > 1 else [])

    people.show_task_of(console, Later(), "order")

    assert "make decide TASK=order-2 DECISION=approve" in console.file.getvalue()


def test_an_order_that_gets_no_task_is_told(console):
    with pytest.raises(LocalCloudError, match="make history ORDER=order"):
        people.show_task_of(console, Shop(), "order", deadline_seconds=0.01)


def test_a_decision_is_sent(console):
    shop = Shop(REVIEW)

    people.decide(console, shop, "order-2", "approve", None)

    assert shop.decided == [("order-2", "approve", None)]


def test_the_only_open_task_needs_no_name(console):
    shop = Shop(REVIEW)

    people.decide(console, shop, None, "approve", None)

    assert shop.decided == [("order-2", "approve", None)]


def test_of_several_tasks_one_has_to_be_named(console):
    shop = Shop(REVIEW, ATTENTION)

    with pytest.raises(LocalCloudError, match="Which task"):
        people.decide(console, shop, None, "approve", None)

    assert shop.decided == []


@pytest.mark.parametrize(
    ("task", "decision", "says"),
    [
        (None, None, "make decide TASK=order-6 DECISION=retry"),
        ("order-9", "retry", "make decide TASK=order-6 DECISION=retry"),
        ("order-6", "approve", "make decide TASK=order-6 DECISION=retry"),
        ("order-6", None, "retry or resolve"),
        ("order-6", "resolve", 'make decide TASK=order-6 DECISION=resolve COMMENT="what was done"'),
    ],
)
def test_a_wrong_command_is_answered_with_the_right_one(console, task, decision, says):
    shop = Shop(ATTENTION)

    with pytest.raises(LocalCloudError, match=says):
        people.decide(console, shop, task, decision, None)

    assert shop.decided == []


def test_a_task_is_asked_for_where_there_is_none(console):
    with pytest.raises(LocalCloudError, match=people.NOTHING):
        people.decide(console, Shop(), "order-6", "retry", None)
