"""What lab 2 asks for: docs/labs/2-heal.md."""

from typing import Any

from tools.labs.evidence import Evidence, one_tells, types_of_events
from tools.labs.step import Step

# As with the flaky card: the provider does not answer two calls, and answers the third.
UNANSWERED = 2


def heal(evidence: Evidence) -> list[Step]:
    """A rejection was seen, a lost run was found, a person helped, and the carrier answers only the third call."""
    orders = evidence.orders
    return [
        Step(
            "A provider that is down: the order is rejected, and everything undone",
            one_tells(orders, reason="PAYMENT_UNAVAILABLE", stock="RELEASED", payment="VOIDED"),
            "make order PAYMENT=pm_gateway_down",
        ),
        Step(
            "A run was stopped in the middle, and the sweeper's run ended the order",
            _was_swept(evidence),
            ".venv/bin/python -m tools.labs.stop_run, which takes one to two minutes",
        ),
        Step(
            "A person had the saga run again, and then did by hand what kept failing",
            any({"OrderRetryRequested", "OrderResolved"} <= set(types_of_events(order)) for order in orders),
            "make order PAYMENT=pm_capture_down, then make tasks, and make decide",
        ),
        Step(
            "The exercise: for the postal code 99998 the carrier answers the third call",
            any(_is_flaky(books) for books in _carriers_books(evidence)),
            "change functions/shipping/carrier.py, then: make up, make order POSTAL_CODE=99998. "
            "Count the calls in the attribute `book_calls` of the item that holds the carrier's own books",
        ),
    ]


def _was_swept(evidence: Evidence) -> bool:
    machine = evidence.stack.outputs["FulfilOrderStateMachineArn"]
    pages = evidence.aws.step_functions.get_paginator("list_executions").paginate(stateMachineArn=machine)
    runs = (run["name"].partition("-sweep-") for page in pages for run in page["executions"])
    swept = {order_id for order_id, sweep, _ in runs if sweep}
    return any(order["order_id"] in swept and order["status"] == "CONFIRMED" for order in evidence.orders)


def _carriers_books(evidence: Evidence) -> list[dict[str, Any]]:
    return [item for item in evidence.items("ShippingTable") if item["order_id"].startswith("sandbox-carrier#")]


def _is_flaky(books: dict[str, Any]) -> bool:
    return books.get("booked_as") == "BOOKED" and books.get("book_calls") == UNANSWERED + 1
