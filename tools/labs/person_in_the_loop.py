"""What lab 7 asks for: docs/labs/7-person-in-the-loop.md."""

from tools.labs.evidence import Evidence, one_tells, types_of_events
from tools.labs.step import Step
from tools.terminal.shop import Json

# The default of ReviewThresholds for EUR, the currency of the seeded products, and what the exercise asks for.
THRESHOLD = 100_000
PIECES = 50


def person_in_the_loop(evidence: Evidence) -> list[Step]:
    """People decided in each way, and many pieces of one product are reviewed whatever they cost."""
    orders = evidence.orders
    small = [order for order in orders if order["total"] < THRESHOLD]
    return [
        Step(
            "A large order went on because a person approved it",
            any(order["status"] == "CONFIRMED" and "OrderReviewApproved" in types_of_events(order) for order in orders),
            "make order SKU=GRINDER-1 QUANTITY=10, make decide DECISION=approve",
        ),
        Step(
            "Another one was rejected by a person, and undone",
            one_tells(orders, status="REJECTED", reason="REVIEW_REJECTED", payment="VOIDED", stock="RELEASED"),
            "make order SKU=GRINDER-1 QUANTITY=10, make decide DECISION=reject",
        ),
        Step(
            "A payment that could not be taken was resolved by hand",
            any(order["status"] == "CONFIRMED" and "OrderRetryRequested" in types_of_events(order) for order in orders),
            'make order PAYMENT=pm_capture_down, make decide DECISION=resolve COMMENT="paid by transfer"',
        ),
        Step(
            f"The exercise: {PIECES} pieces of one product ask for a person, below the threshold, too",
            any(_pieces(order) >= PIECES and _was_reviewed(order) for order in small),
            "change statemachines/fulfil_order.asl.json and template.yaml, then: make up, "
            "make order SKU=FILTER-100 QUANTITY=60",
        ),
        Step(
            "A small order asks for nobody",
            any(_pieces(order) < PIECES and _is_confirmed_alone(order) for order in small),
            "make order",
        ),
    ]


def _pieces(order: Json) -> int:
    return max(int(line["quantity"]) for line in order["items"])


def _was_reviewed(order: Json) -> bool:
    return "OrderReviewRequested" in types_of_events(order)


def _is_confirmed_alone(order: Json) -> bool:
    return order["status"] == "CONFIRMED" and not _was_reviewed(order)
