"""Approve or decline a payment at the sandbox bank: `POST /sandbox/payments/{order_id}`.

Only payments with the card `pm_requires_action`, or with the planned effect `confirm`, wait for this.
"""

from typing import Literal

from aws_lambda_powertools.event_handler import Response

import sandbox_records
import webhook_queue
from kernel.http_application import RequestBody, ResponseBody, Routes, json_response
from kernel.problems import Problem
from order_access import require_access
from sandbox_records import NothingPending

# The reason in the webhook of a declined payment. The sandbox gateway of the payments service gives the same one, and
# the same id of an authorization.
DECLINED_AT_BANK = "DECLINED_AT_BANK"


class DecidePayment(RequestBody):
    """What the customer decides at the bank."""

    decision: Literal["approve", "decline"]


class DecidedPayment(ResponseBody):
    """The order, and the new status of the payment at the sandbox provider."""

    order_id: str
    status: Literal["HELD", "DECLINED"]


routes = Routes()


@routes.post("/sandbox/payments/<order_id>")
def decide_payment(order_id: str) -> Response[str]:
    """Change the provider's record of the payment, and send the webhook.

    Returns:
        202. The same decision again sends the same webhook again.

    Raises:
        Problem: 404, the caller has no such order; 409, no payment of the order waits for the customer.
    """
    require_access(routes.caller(), order_id)
    request = routes.body(DecidePayment)
    status: Literal["HELD", "DECLINED"] = "HELD" if request.decision == "approve" else "DECLINED"
    try:
        payment = sandbox_records.decide_payment(order_id, status)
    except NothingPending:
        raise Problem(
            409,
            f"No payment of the order {order_id} waits for the customer: only an order with the card "
            "pm_requires_action, or whose bank was planned to ask, waits until its first decision.",
            kind="no-pending-payment",
        ) from None
    data = {"order_id": order_id, "amount": payment["amount"], "currency": payment["currency"]}
    if status == "HELD":
        webhook_queue.send("payments", "payment.authorized", data | {"authorization_id": f"auth-{order_id}"})
    else:
        webhook_queue.send("payments", "payment.failed", data | {"reason": DECLINED_AT_BANK})
    return json_response(202, DecidedPayment(order_id=order_id, status=status))
