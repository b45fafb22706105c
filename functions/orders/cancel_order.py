"""Cancel an order: `POST /orders/{order_id}/cancellation`.

The request decides the order. The event `OrderCancelled` then starts the saga, which runs the compensations.
"""

from aws_lambda_powertools.event_handler import Response

import order_store
from kernel.http_application import ResponseBody, Routes, json_response
from kernel.identity import Caller
from kernel.observability import cause, correlate
from kernel.order_id import ORDER_ID
from kernel.problems import Problem
from order_events import Decision, Status


class CancelledOrder(ResponseBody):
    """The cancelled order. Its status is `NEEDS_ATTENTION` while an operator must help with the compensations."""

    order_id: str
    status: Status


routes = Routes()


@routes.post("/orders/<order_id>/cancellation")
def cancel_order(order_id: str) -> Response[str]:
    """Cancel the caller's order.

    Returns:
        202 and the order, also if it is already cancelled.

    Raises:
        Problem: 404, the caller has no such order; 409, the order is already confirmed or rejected.
    """
    correlate(order_id)
    _require_own_order(order_id, routes.caller())

    order = order_store.append_event(order_id, lambda order: order.cancel(cause()))
    if order.decision is not Decision.CANCELLED:
        raise Problem(
            409,
            f"The order is already {order.decision}, so it cannot be cancelled.",
            kind="already-decided",
        )
    return json_response(202, CancelledOrder(order_id=order_id, status=order.status))


def _require_own_order(order_id: str, caller: Caller) -> None:
    """Check that the order belongs to the caller.

    Raises:
        Problem: 404, the order does not exist or belongs to another customer. Both responses are the same.
    """
    stored = order_store.find(order_id) if ORDER_ID.fullmatch(order_id) else None
    if stored is None or stored.order.placed.customer_id != caller.user_id:
        raise Problem(404, f"There is no order {order_id}: check the order id.")
