"""Get one order: `GET /orders/{order_id}`, as it is, or as it stood at `as_of`."""

from datetime import UTC, datetime

from kernel.http_application import HttpApplication, answer
from kernel.observability import correlate
from kernel.problems import Problem
from kernel.timestamps import Timestamp, timestamp

from aws_lambda_powertools.event_handler import Response

import order_view
from visible_order import visible_order

app = HttpApplication()
handler = app.lambda_handler()


@app.get("/orders/<order_id>")
def get_order(order_id: str) -> Response[str]:
    """Answer 200 with the order, to its customer and to operators; 404 to others, and until it is projected."""
    correlate(order_id)
    view = visible_order(order_id, app.caller())
    as_of = _as_of()
    if as_of is None:
        return answer(200, order_view.order_document(order_id, view.groups, view.events))
    events = [event for event in view.events if event.time <= as_of]
    groups = order_view.fold(events)
    if "ordered" not in groups:
        raise Problem(404, f"There was no order {order_id} at {as_of}.")
    return answer(200, order_view.order_document(order_id, groups, events))


def _as_of() -> Timestamp | None:
    text = app.current_event.get_query_string_value("as_of")
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text)
        return timestamp(moment if moment.tzinfo else moment.replace(tzinfo=UTC))
    except (ValueError, OverflowError):
        raise Problem(
            400, "as_of is a time as RFC 3339 writes it, such as 2026-11-20T15:38:00Z.", kind="as-of"
        ) from None
