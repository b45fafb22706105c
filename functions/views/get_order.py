"""Get one order: `GET /orders/{order_id}`, in its current state or as of a point in time (`as_of`)."""

from aws_lambda_powertools.event_handler import Response

import order_view
from kernel.http_application import Routes, json_response
from kernel.observability import correlate
from kernel.problems import Problem
from time_parameter import time_parameter
from visible_order import visible_order

routes = Routes()


@routes.get("/orders/<order_id>")
def get_order(order_id: str) -> Response[str]:
    """Return the order to its customer or an operator.

    Returns:
        200 and the order.

    Raises:
        Problem: 400 if `as_of` is not a time; 404 if the order does not exist at this time, is not projected yet, or
            belongs to another customer.
    """
    correlate(order_id)
    view = visible_order(order_id, routes.caller())
    as_of = time_parameter(routes, "as_of")
    if as_of is None:
        return json_response(200, order_view.order_document(order_id, view.groups, view.events))
    events = [event for event in view.events if event.time <= as_of]
    groups = order_view.fold(events)
    if "ordered" not in groups:
        raise Problem(404, f"The order {order_id} did not exist at {as_of}.")
    return json_response(200, order_view.order_document(order_id, groups, events))
