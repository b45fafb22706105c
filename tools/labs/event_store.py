"""What lab 5 asks for: docs/labs/5-event-store.md."""

from tools.labs.evidence import Evidence, one_tells
from tools.labs.step import Step
from tools.terminal.shop import Json

DECIDED = {"CONFIRMED", "REJECTED", "CANCELLED"}
ORIGINS = {"customer", "saga", "operator", "timeout"}


def event_store(evidence: Evidence) -> list[Step]:
    """The store was asked, and a new field of the view is there, also of the orders that are older than it."""
    orders = evidence.orders
    decided = [order for order in orders if order["status"] in DECIDED]
    telling = [order for order in decided if _tells(order)]
    return [
        Step(
            "Some history: an order that was confirmed, and one that was rejected",
            one_tells(orders, status="CONFIRMED") and one_tells(orders, status="REJECTED"),
            "make order, make order PAYMENT=pm_card_declined",
        ),
        Step("The event store was asked in SQL", _was_asked(evidence), "make query Q=one-order"),
        Step(
            "The exercise: an order's view tells who decided, as decided_by",
            bool(telling),
            "change functions/views/order_view.py and order_document.py, then: make up, make order",
        ),
        Step(
            "The views were rebuilt: the orders from before tell it, too",
            bool(telling) and telling == decided,
            f"{len(decided) - len(telling)} of {len(decided)} decided orders do not tell it: "
            "raise PROJECTION in functions/views/order_view.py, then: make up, make rebuild",
        ),
    ]


def _tells(order: Json) -> bool:
    return order.get("decided_by") in ORIGINS


def _was_asked(evidence: Evidence) -> bool:
    group = evidence.stack.outputs["QueryWorkGroupName"]
    return bool(evidence.aws.athena.list_query_executions(WorkGroup=group)["QueryExecutionIds"])
