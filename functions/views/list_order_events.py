"""List the events of an order, the CloudEvents themselves: `GET /orders/{order_id}/events`."""

from kernel.cloud_event import CloudEvent
from kernel.http_application import HttpApplication, ResponseBody, answer
from kernel.observability import correlate

from aws_lambda_powertools.event_handler import Response

from order_view import timeline
from visible_order import visible_order


class OrderEvents(ResponseBody):
    """All events about an order, of every service, by time, source and sequence."""

    events: tuple[CloudEvent, ...]


app = HttpApplication()
handler = app.lambda_handler()


@app.get("/orders/<order_id>/events")
def list_order_events(order_id: str) -> Response[str]:
    """Answer 200 with all events, by time, to the order's customer and to operators."""
    correlate(order_id)
    view = visible_order(order_id, app.caller())
    return answer(200, OrderEvents(events=tuple(timeline(view.events))))
