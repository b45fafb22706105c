"""Check lab 5: docs/labs/5-event-store.md."""

from tools.labs.lab_state import LabState, Step, any_order_has
from tools.terminal.shop import Json

DECIDED = {"CONFIRMED", "REJECTED", "CANCELLED"}
ORIGINS = {"customer", "saga", "operator", "timeout"}


def event_store(state: LabState) -> list[Step]:
    """Check that the event store was queried, and that all views have the new field after a rebuild."""
    orders = state.orders
    decided = [order for order in orders if order["status"] in DECIDED]
    with_field = [order for order in decided if _has_decided_by(order)]
    return [
        Step(
            "Some history: one confirmed order and one rejected order",
            any_order_has(orders, status="CONFIRMED") and any_order_has(orders, status="REJECTED"),
            "make order, make order PAYMENT=pm_card_declined",
        ),
        Step("The event store was queried in SQL", _was_queried(state), "make query Q=one-order"),
        Step(
            "The exercise: an order's view has the field decided_by",
            bool(with_field),
            "change functions/views/order_view.py and order_document.py, then: make up, make order",
        ),
        Step(
            "The views were rebuilt: earlier decided orders have the field, too",
            bool(with_field) and with_field == decided,
            f"{len(decided) - len(with_field)} of {len(decided)} decided orders do not have it: "
            "raise PROJECTION in functions/views/order_view.py, then: make up, make rebuild",
        ),
    ]


def _has_decided_by(order: Json) -> bool:
    return order.get("decided_by") in ORIGINS


def _was_queried(state: LabState) -> bool:
    group = state.stack.outputs["QueryWorkGroupName"]
    return bool(state.aws.athena.list_query_executions(WorkGroup=group)["QueryExecutionIds"])
