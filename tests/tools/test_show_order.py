"""`make show` and `make history`: the selected order and time, and the errors."""

from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
from rich.console import Console

from tools.local_cloud.cloud import LocalCloudError
from tools.terminal import saga_history, show_order

STARTED = datetime(2026, 11, 20, tzinfo=UTC)
ORDER = {
    "order_id": "order-1",
    "status": "CONFIRMED",
    "timeline": [
        {"type": "OrderPlaced", "time": "2026-11-20T15:38:00.000001Z"},
        {"type": "StockReserved", "time": "2026-11-20T15:38:00.000002Z"},
        {"type": "OrderNeedsAttention", "time": "2026-11-20T15:38:00.000003Z"},
        {"type": "OrderNeedsAttention", "time": "2026-11-20T15:38:00.000004Z"},
    ],
}


class Shop:
    def __init__(self, *orders):
        self.known = list(orders)

    def orders(self):
        return self.known

    def order(self, order_id):
        return next((order for order in self.known if order["order_id"] == order_id), None)

    def order_as_of(self, order_id, moment):
        return {"order_id": order_id, "status": f"as of {moment}", "timeline": []}


@pytest.fixture
def console():
    return Console(file=StringIO(), width=160)


def test_without_an_order_id_the_newest_order_is_shown(console):
    show_order.show(console, Shop(ORDER, ORDER | {"order_id": "older"}), None, None)

    assert "GET /orders/order-1" in console.file.getvalue()


@pytest.mark.parametrize(
    ("as_of", "moment"),
    [
        ("StockReserved", "2026-11-20T15:38:00.000002Z"),
        ("OrderNeedsAttention", "2026-11-20T15:38:00.000003Z"),
        ("2026-11-20T15:38:00Z", "2026-11-20T15:38:00Z"),
    ],
)
def test_an_order_is_shown_at_a_time_or_at_the_time_of_an_event(console, as_of, moment):
    show_order.show(console, Shop(ORDER), "order-1", as_of)

    assert f"GET /orders/order-1?as_of={moment}" in console.file.getvalue()
    assert f"as of {moment}" in console.file.getvalue()


def test_the_error_for_an_event_that_did_not_happen_lists_the_orders_events(console):
    with pytest.raises(LocalCloudError, match=r"OrderPlaced, StockReserved, OrderNeedsAttention$"):
        show_order.show(console, Shop(ORDER), "order-1", "ShipmentBooked")


@pytest.mark.parametrize(("order_id", "message"), [(None, "make order"), ("other", "There is no order other")])
def test_the_error_for_a_missing_order_says_what_to_do(console, order_id, message):
    with pytest.raises(LocalCloudError, match=message):
        show_order.show(console, Shop(), order_id, None)


def event(kind, seconds, name=""):
    """Return an entry of an execution's history."""
    details = {"stateEnteredEventDetails": {"name": name}} if name else {}
    return {"type": kind, "timestamp": STARTED + timedelta(seconds=seconds), **details}


def test_a_history_is_read_as_states_with_their_attempts():
    history = [
        event("ExecutionStarted", 0),
        event("ChoiceStateEntered", 1, "Decided already?"),
        event("ChoiceStateExited", 1),
        event("TaskStateEntered", 1, "ReserveStock"),
        event("TaskScheduled", 1),
        event("TaskFailed", 2),
        event("TaskScheduled", 3),
        event("TaskSucceeded", 4),
        event("TaskStateExited", 4),
        event("TaskStateEntered", 4, "AuthorizePayment"),
        event("TaskScheduled", 4),
    ]

    run = saga_history.Run("fulfil-order", "run", "RUNNING", STARTED, tuple(saga_history.visited_states(history)))

    assert [(state.name, state.seconds, state.attempts) for state in run.states] == [
        ("Decided already?", 0, 1),
        ("ReserveStock", 3, 2),
        ("AuthorizePayment", None, 1),
    ]
    assert run.transitions == 4, "a retry is billed as a transition"
    assert run.seconds == 4


@pytest.mark.parametrize("end", ["ExecutionFailed", "ExecutionTimedOut", "ExecutionAborted"])
def test_the_last_state_of_a_run_that_did_not_succeed_has_ended_with_the_run(end):
    history = [
        event("ExecutionStarted", 0),
        event("TaskStateEntered", 1, "RequestAttention"),
        event("TaskStateExited", 2),
        event("FailStateEntered", 2, "NeedsAttention"),
        event(end, 3),
    ]

    states = [(state.name, state.seconds) for state in saga_history.visited_states(history)]

    assert states == [("RequestAttention", 1), ("NeedsAttention", 1)]


class StepFunctions:
    """A fake Step Functions, and the stack: each state machine has executions of two orders, without states."""

    outputs = {  # noqa: RUF012
        f"{machine}StateMachineArn": f"arn:machine:{machine}"
        for machine in ("FulfilOrder", "RefundReturn", "AttendOrder")
    }

    def __init__(self, saga_type="STANDARD"):
        self.step_functions = self
        self.saga_type = saga_type

    def describe_state_machine(self, **_):
        return {"type": self.saga_type}

    def get_paginator(self, operation):
        self.operation = operation
        return self

    def paginate(self, **options):
        if self.operation == "get_execution_history":
            return [{"events": []}]
        machine = options["stateMachineArn"].rpartition(":")[2]
        names = {
            "FulfilOrder": ("order-1-1", "order-2-1"),
            "RefundReturn": ("return-1-2", "return-9-2"),
            "AttendOrder": ("order-1-returns-1",),
        }[machine]
        return [
            {
                "executions": [
                    {"name": name, "status": "SUCCEEDED", "startDate": STARTED, "executionArn": name} for name in names
                ]
            }
        ]


def test_the_history_has_the_runs_of_the_order_and_of_the_refunds_of_its_returns(console):
    fake = StepFunctions()

    saga_history.show(console, fake, fake, ORDER | {"returns": [{"return_id": "return-1"}]})

    printed = console.file.getvalue()
    for run in ("FulfilOrder order-1-1", "RefundReturn return-1-2", "AttendOrder order-1-returns-1"):
        assert run in printed
    assert "order-2" not in printed
    assert "return-9" not in printed


def test_the_history_of_an_order_without_returns_has_no_refund(console):
    fake = StepFunctions()

    saga_history.show(console, fake, fake, ORDER)

    assert "RefundReturn" not in console.file.getvalue()


def test_express_runs_have_no_history(console):
    fake = StepFunctions("EXPRESS")

    saga_history.show(console, fake, fake, ORDER | {"returns": [{"return_id": "return-1"}]})

    printed = console.file.getvalue()
    assert "EXPRESS" in printed
    assert "AttendOrder order-1-returns-1" in printed
    assert "RefundReturn" not in printed
