"""Report a movement of a parcel of the sandbox carrier: `POST /sandbox/shipments/{order_id}`."""

from typing import Literal

from aws_lambda_powertools.event_handler import Response

import sandbox_records
import webhook_queue
from kernel.http_application import RequestBody, ResponseBody, Routes, json_response
from kernel.problems import Problem
from order_access import require_access
from sandbox_records import NothingPending


class MoveShipment(RequestBody):
    """What happens to the parcel."""

    status: Literal["dispatched", "delivered", "lost"]


class MovedShipment(ResponseBody):
    """The order, its parcel, and what happened to the parcel."""

    order_id: str
    tracking_number: str
    status: Literal["dispatched", "delivered", "lost"]


routes = Routes()


@routes.post("/sandbox/shipments/<order_id>")
def move_shipment(order_id: str) -> Response[str]:
    """Change the carrier's record of the parcel, and send the webhook. Accepts the movements in any order.

    Returns:
        202. The same movement again sends the same webhook again.

    Raises:
        Problem: 404, the caller has no such order; 409, the carrier has no booking for the order.
    """
    require_access(routes.caller(), order_id)
    request = routes.body(MoveShipment)
    try:
        tracking_number = sandbox_records.move_shipment(order_id, request.status)
    except NothingPending:
        raise Problem(
            409,
            f"The carrier has no booking for the order {order_id}: it books when the order is confirmed, "
            "and no longer after a cancellation.",
            kind="no-booking",
        ) from None
    webhook_queue.send(
        "carrier", f"shipment.{request.status}", {"order_id": order_id, "tracking_number": tracking_number}
    )
    return json_response(202, MovedShipment(order_id=order_id, tracking_number=tracking_number, status=request.status))
