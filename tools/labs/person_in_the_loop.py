"""Check lab 7: docs/labs/7-person-in-the-loop.md."""

from tools.labs.lab_state import LabState, Step, any_order_has, types_of_events
from tools.terminal.shop import Json

# ReviewThresholds' default for EUR, in cents. The seeded products are sold in EUR.
THRESHOLD = 100_000
# From this many pieces of one product up, the exercise asks for a review.
PIECES = 50


def person_in_the_loop(state: LabState) -> list[Step]:
    """Check each kind of operator decision, and that many pieces of one product are reviewed at any price."""
    orders = state.orders
    small = [order for order in orders if order["total"] < THRESHOLD]
    return [
        Step(
            "A large order was confirmed after an operator approved it",
            any(order["status"] == "CONFIRMED" and "OrderReviewApproved" in types_of_events(order) for order in orders),
            "make order SKU=GRINDER-1 QUANTITY=10, make decide DECISION=approve",
        ),
        Step(
            "Another large order was rejected by an operator and compensated",
            any_order_has(orders, status="REJECTED", reason="REVIEW_REJECTED", payment="VOIDED", stock="RELEASED"),
            "make order SKU=GRINDER-1 QUANTITY=10, make decide DECISION=reject",
        ),
        Step(
            "A payment that could not be captured was resolved by hand",
            any(order["status"] == "CONFIRMED" and "OrderRetryRequested" in types_of_events(order) for order in orders),
            'make order PAYMENT=pm_capture_down, make decide DECISION=resolve COMMENT="paid by transfer"',
        ),
        Step(
            f"The exercise: {PIECES} pieces of one product are reviewed, even below the threshold",
            any(_pieces(order) >= PIECES and _was_reviewed(order) for order in small),
            "change statemachines/fulfil_order.asl.json and template.yaml, then: make up, "
            "make order SKU=FILTER-100 QUANTITY=60",
        ),
        Step(
            "A small order is confirmed without a review",
            any(_pieces(order) < PIECES and _is_confirmed_unreviewed(order) for order in small),
            "make order",
        ),
    ]


def _pieces(order: Json) -> int:
    return max(int(line["quantity"]) for line in order["items"])


def _was_reviewed(order: Json) -> bool:
    return "OrderReviewRequested" in types_of_events(order)


def _is_confirmed_unreviewed(order: Json) -> bool:
    return order["status"] == "CONFIRMED" and not _was_reviewed(order)
