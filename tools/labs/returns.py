"""Check lab 9: docs/labs/9-returns.md."""

import json
from collections.abc import Iterator

from tools.labs.lab_state import LabState, Step, types_of_events
from tools.terminal.shop import Json

FEE_PERCENT = 10
EVENT = "contracts/events/ReturnRequested/1.json"


def returns(state: LabState) -> list[Step]:
    """Check that returns are refunded, by hand too, and that the shop keeps a fee."""
    orders = state.orders
    refunds = [refund for order in orders for refund in _refunds(order)]
    members = json.loads((state.root / EVENT).read_text())["properties"]
    return [
        Step(
            "A return was refunded in full",
            any(refunded == price for price, refunded in refunds),
            "before the exercise: make up, make return, make decide DECISION=approve RESTOCK=1",
        ),
        Step(
            "Returned items went back in stock",
            any("StockReturned" in types_of_events(order) for order in orders),
            "make return, make decide DECISION=approve RESTOCK=1",
        ),
        Step(
            "A refund that kept failing was completed by hand",
            any({"ReturnNeedsAttention", "ReturnCompleted"} <= set(types_of_events(order)) for order in orders),
            "make order PAYMENT=pm_refund_down, make return, make decide DECISION=approve, "
            'make decide DECISION=resolve COMMENT="paid by transfer"',
        ),
        Step(
            "The exercise: the event ReturnRequested has the member restocking_fee",
            "restocking_fee" in members,
            "change return_events.py and order_returns.py in functions/returns, then: make contracts",
        ),
        Step(
            f"The exercise: a return was refunded without {FEE_PERCENT} % of its price",
            any(0 < price - refunded == price * FEE_PERCENT // 100 for price, refunded in refunds),
            "change functions/returns/request_return.py and template.yaml, then: make up, make return, "
            "make decide DECISION=approve",
        ),
    ]


def _refunds(order: Json) -> Iterator[tuple[int, int]]:
    """Yield the price and the refund of each completed return of an order."""
    prices = {line["sku"]: int(line["unit_price"]) for line in order["items"]}
    for each in order["returns"]:
        if each["status"] == "COMPLETED":
            yield sum(int(line["quantity"]) * prices[line["sku"]] for line in each["items"]), each["refund_amount"]
