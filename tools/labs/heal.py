"""Check lab 2: docs/labs/2-heal.md."""

from typing import Any

from tools.labs.lab_state import LabState, Step, any_order_has, types_of_events

# The carrier must ignore two calls and answer the third, as the payment provider does for the flaky card.
UNANSWERED = 2


def heal(state: LabState) -> list[Step]:
    """Check the rejection, the recovered run, the operator's task, and the flaky carrier."""
    orders = state.orders
    return [
        Step(
            "A provider that was down: the order was rejected and compensated",
            any_order_has(orders, reason="PAYMENT_UNAVAILABLE", stock="RELEASED", payment="VOIDED"),
            "make order PAYMENT=pm_gateway_down",
        ),
        Step(
            "A run was stopped in the middle, and the sweeper's run completed the order",
            _was_swept(state),
            ".venv/bin/python -m tools.labs.stop_run, which takes one to two minutes",
        ),
        Step(
            "An operator retried the saga, and then resolved the task by hand",
            any({"OrderRetryRequested", "OrderResolved"} <= set(types_of_events(order)) for order in orders),
            "make order PAYMENT=pm_capture_down, then make tasks, and make decide",
        ),
        Step(
            "The exercise: for the postal code 99998, the carrier answers the third call",
            any(_is_flaky(item) for item in _carrier_items(state)),
            "change functions/shipping/carrier.py, then: make up, make order POSTAL_CODE=99998. "
            "Count the calls in the attribute `book_calls` of the carrier's own item",
        ),
    ]


def _was_swept(state: LabState) -> bool:
    machine = state.stack.outputs["FulfilOrderStateMachineArn"]
    pages = state.aws.step_functions.get_paginator("list_executions").paginate(stateMachineArn=machine)
    runs = (run["name"].partition("-sweep-") for page in pages for run in page["executions"])
    swept = {order_id for order_id, sweep, _ in runs if sweep}
    return any(order["order_id"] in swept and order["status"] == "CONFIRMED" for order in state.orders)


def _carrier_items(state: LabState) -> list[dict[str, Any]]:
    return [item for item in state.items("SandboxTable") if item["record"].startswith("carrier#")]


def _is_flaky(item: dict[str, Any]) -> bool:
    return item.get("booked_as") == "BOOKED" and item.get("book_calls") == UNANSWERED + 1
