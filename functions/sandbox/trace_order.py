"""Show what happened under the hood to an order: `GET /sandbox/orders/{order_id}/trace`.

Only with sandbox providers: docs/decisions/0034-trace-of-an-order-only-in-the-sandbox.md
"""

from aws_lambda_powertools.event_handler import Response

import order_log
import viewed_events
from kernel.http_application import ResponseBody, Routes, json_response
from order_access import require_access
from order_log import Attempt, LogLine


class OrderTrace(ResponseBody):
    """The log lines of an order, and the attempts of its saga steps.

    Attributes:
        log_lines: What the functions logged, oldest first.
        attempts: The attempts of saga steps, oldest first, retries included.
    """

    log_lines: tuple[LogLine, ...]
    attempts: tuple[Attempt, ...]


routes = Routes()


@routes.get("/sandbox/orders/<order_id>/trace")
def trace_order(order_id: str) -> Response[str]:
    """Return the trace of an order to its customer or an operator.

    Returns:
        200 and the trace. It is incomplete while the order is processed, or if CloudWatch Logs throttles the search.

    Raises:
        Problem: 404, the caller has no such order.
    """
    require_access(routes.caller(), order_id)
    times = viewed_events.times_of(order_id)
    lines = order_log.lines_of(order_id, times.values()) if times else []
    return json_response(200, OrderTrace(log_lines=tuple(lines), attempts=tuple(order_log.attempts_in(lines))))
