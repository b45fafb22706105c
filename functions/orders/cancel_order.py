"""Cancel an order: `POST /orders/{order_id}/cancellation`.

It takes the order's decision itself. The undoing is the saga's, which the event starts.
"""

from kernel.http_application import HttpApplication, ResponseBody, answer
from kernel.identity import Caller
from kernel.observability import cause, correlate
from kernel.order_id import ORDER_ID
from kernel.problems import Problem

from aws_lambda_powertools.event_handler import Response

import order_store
from order import Decision, Status


class CancelledOrder(ResponseBody):
    """The order that is cancelled from now on. Its undoing may need a person: `NEEDS_ATTENTION`."""

    order_id: str
    status: Status


app = HttpApplication()
handler = app.lambda_handler()


@app.post("/orders/<order_id>/cancellation")
def cancel_order(order_id: str) -> Response[str]:
    """Answer 202 with the order, cancelled now or before; 409 where another decision was first; 404 to others."""
    correlate(order_id)
    _require_own_order(order_id, app.caller())

    order = order_store.decide(order_id, lambda order: order.cancel(cause()))
    if order.decision is not Decision.CANCELLED:
        raise Problem(
            409,
            f"The order is {order.decision}: that is decided, and it can no longer be cancelled.",
            kind="already-decided",
        )
    return answer(202, CancelledOrder(order_id=order_id, status=order.status))


def _require_own_order(order_id: str, caller: Caller) -> None:
    """Raises: Problem: 404, there is no such order, or it is somebody else's: the answer does not tell which."""
    stored = order_store.find(order_id) if ORDER_ID.fullmatch(order_id) else None
    if stored is None or stored.order.placed.customer_id != caller.user_id:
        raise Problem(404, f"There is no order {order_id}.")
