"""Show where the event store keeps the events of an order: `GET /sandbox/orders/{order_id}/objects`.

Only with sandbox providers: docs/decisions/0034-trace-of-an-order-only-in-the-sandbox.md
"""

from aws_lambda_powertools.event_handler import Response

import archived_events
import viewed_events
from kernel.http_application import ResponseBody, Routes, json_response
from kernel.settings import setting
from order_access import require_access


class EventObjects(ResponseBody):
    """The objects of the event store that hold the events of an order.

    Attributes:
        objects: The key of the object, by event id. An event that is not delivered yet is absent.
        event_buffer_seconds: For how long Firehose buffers events before it delivers them.
    """

    objects: dict[str, str]
    event_buffer_seconds: int


routes = Routes()


@routes.get("/sandbox/orders/<order_id>/objects")
def locate_events(order_id: str) -> Response[str]:
    """Return the objects with the events of an order to its customer or an operator.

    Returns:
        200 and the objects. Events that have just happened are missing.

    Raises:
        Problem: 404, the caller has no such order.
    """
    require_access(routes.caller(), order_id)
    buffer_seconds = int(setting("EVENT_BUFFER_SECONDS"))
    keys = archived_events.keys_of(viewed_events.times_of(order_id), buffer_seconds)
    return json_response(200, EventObjects(objects=keys, event_buffer_seconds=buffer_seconds))
