"""List the events of an order, the CloudEvents themselves: `GET /orders/{order_id}/events`."""

from aws_lambda_powertools.event_handler import Response

from kernel.http_application import HttpApplication, answer
from kernel.observability import correlate
from order_view import timeline
from visible_order import visible_order

app = HttpApplication()
handler = app.lambda_handler()


@app.get("/orders/<order_id>/events")
def list_order_events(order_id: str) -> Response[str]:
    """Answer 200 with all events, by time, to the order's customer and to operators."""
    correlate(order_id)
    view = visible_order(order_id, app.caller())
    return answer(200, {"events": [event.document() for event in timeline(view.events)]})
