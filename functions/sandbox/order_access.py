"""Who may use the sandbox providers for an order: its customer, from the order's view, and operators."""

from typing import Any

from kernel.dynamodb import dynamodb, from_item, to_item
from kernel.identity import Caller
from kernel.observability import correlate
from kernel.order_id import ORDER_ID
from kernel.problems import Problem
from kernel.settings import setting


def require_access(caller: Caller, order_id: str) -> None:
    """Require the order to exist in the views, and the caller to be its customer or an operator.

    Raises:
        Problem: 404, the caller has no such order.
    """
    customer_id = _customer_of(order_id) if ORDER_ID.fullmatch(order_id) else None
    if customer_id is None or not (caller.is_operator or caller.user_id == customer_id):
        raise Problem(
            404, f"There is no order {order_id[:80]}: check the order id. A new order appears after a few seconds."
        )
    correlate(order_id)


def _customer_of(order_id: str) -> str | None:
    response = dynamodb().get_item(
        TableName=setting("VIEWS_TABLE_NAME"), Key=to_item({"pk": f"ORDER#{order_id}", "sk": "SUMMARY"})
    )
    view: dict[str, Any] = from_item(response.get("Item", {}))
    customer_id: str | None = view.get("ordered", {}).get("customer_id")
    return customer_id
