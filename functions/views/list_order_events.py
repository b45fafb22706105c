"""List the CloudEvents of an order: `GET /orders/{order_id}/events`."""

from aws_lambda_powertools.event_handler import Response

from kernel.cloud_event import CloudEvent
from kernel.http_application import ResponseBody, Routes, json_response
from kernel.observability import correlate
from order_view import timeline
from visible_order import visible_order


class OrderEvents(ResponseBody):
    """All events about an order, from every service, sorted by time, source and sequence."""

    events: tuple[CloudEvent, ...]


routes = Routes()


@routes.get("/orders/<order_id>/events")
def list_order_events(order_id: str) -> Response[str]:
    """Return all events of the order, sorted by time, to its customer or an operator.

    Returns:
        200 and the events.

    Raises:
        Problem: 404 if the order does not exist, is not projected yet, or belongs to another customer.
    """
    correlate(order_id)
    view = visible_order(order_id, routes.caller())
    return json_response(200, OrderEvents(events=tuple(timeline(view.events))))
