"""Erase a customer's personal data: `POST /customers/{customer_id}/erasure`, for operators, and a scheduled job.

Events identify a customer only by the `sub` of the user pool. Therefore the erasure removes the address from each order
of the customer and deletes the user. docs/runbooks/erase-a-person.md lists the data that remains, and for how long.

Both triggers invoke one function, because they do the same work with the same permissions. It also serves the search
for a customer, which needs a part of these permissions.
"""

import re
from dataclasses import dataclass
from typing import Any

from aws_lambda_powertools.event_handler import Response

import customer_account
import customer_orders
import find_customer
import order_store
from customer_orders import ErasureRequest
from kernel.http_application import LambdaHandler, ResponseBody, Routes, http_application, json_response
from kernel.identity import OPERATORS, require_operator
from kernel.observability import count, logger, tracer
from kernel.problems import Problem

# Cognito's format. Checked, because the id becomes part of a filter expression.
CUSTOMER_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
MAX_LISTED_ORDERS = 10
# The job continues with another customer only if at least this time remains before the timeout of the function.
MIN_REMAINING_MILLISECONDS = 3000
# The `source` of a scheduled event.
SCHEDULE = "aws.events"


class ErasedCustomer(ResponseBody):
    """A complete erasure: the number of orders, none of which has an address, and whether this call deleted a user."""

    customer_id: str
    orders: int
    user_deleted: bool


class ErasureInProgress(ResponseBody):
    """An erasure in progress: the number of orders, and the first orders that still need their addresses."""

    customer_id: str
    orders: int
    orders_under_way: list[str]


class ErasureFault(Exception):
    """Some erasures failed. The next run of the job retries them."""


@dataclass(frozen=True)
class Erasure:
    """The result of an attempt.

    Attributes:
        order_ids: All orders of the customer.
        unsettled: The orders that are not settled and still need their addresses.
        user_deleted: Whether this attempt deleted the user.
    """

    order_ids: list[str]
    unsettled: list[str]
    user_deleted: bool


routes = Routes()


@routes.post("/customers/<customer_id>/erasure")
def erase_customer(customer_id: str) -> Response[str]:
    """Erase the addresses of the settled orders now. The job erases the others once they are settled.

    The request is idempotent.

    Returns:
        200 if no order holds an address and the user is deleted; 202 while orders are not settled.

    Raises:
        Problem: 404, the id does not have Cognito's format; 409, the user is an operator.
    """
    require_operator(routes.caller())
    if not CUSTOMER_ID.fullmatch(customer_id):
        raise Problem(404, f"{customer_id} is not a customer id: send the `sub` of a user in the user pool.")
    if customer_account.is_operator(customer_id):
        raise Problem(
            409,
            f"{customer_id} is in the group {OPERATORS!r}. Remove the user from it, then send the request again.",
            kind="operators-are-not-erased",
        )

    customer_orders.request_erasure(customer_id)
    erasure = erase(customer_id)
    if erasure.unsettled:
        return json_response(
            202,
            ErasureInProgress(
                customer_id=customer_id,
                orders=len(erasure.order_ids),
                orders_under_way=erasure.unsettled[:MAX_LISTED_ORDERS],
            ),
        )
    customer_orders.schedule_last_check(customer_id)
    return json_response(
        200,
        ErasedCustomer(customer_id=customer_id, orders=len(erasure.order_ids), user_deleted=erasure.user_deleted),
    )


def erase(customer_id: str) -> Erasure:
    """Erase the addresses of the settled orders. Delete the user if all orders are settled.

    Skips the orders that an earlier attempt erased, so an attempt that times out is continued by the next one.
    """
    order_ids = customer_orders.order_ids_of(customer_id)
    unsettled = [order_id for order_id in order_store.not_erased(order_ids) if not order_store.erase_address(order_id)]
    if unsettled:
        return Erasure(order_ids, unsettled, user_deleted=False)
    had_account = customer_account.delete(customer_id)
    logger.info("erased a customer", extra={"customer_id": customer_id, "orders": len(order_ids)})
    if had_account:
        count("CustomersErased")
    return Erasure(order_ids, [], had_account)


@logger.inject_lambda_context(clear_state=True)
@tracer.capture_lambda_handler(capture_response=False)
def finish_erasures(_event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Continue the erasures that are due. A schedule calls this every minute.

    Returns:
        The number of erasures that were due.

    Raises:
        ErasureFault: Some erasures failed. The log contains the errors.
    """
    requests = customer_orders.due_erasures()
    faults = 0
    for request in requests:
        if context.get_remaining_time_in_millis() < MIN_REMAINING_MILLISECONDS:
            break
        try:
            _continue_erasure(request)
        except Exception:  # noqa: BLE001 (one customer's failure does not stop the others)
            logger.exception("the erasure could not be finished", extra={"customer_id": request.customer_id})
            faults += 1
    if faults:
        raise ErasureFault(f"{faults} erasures could not be finished")
    return {"erasures": len(requests)}


def _continue_erasure(request: ErasureRequest) -> None:
    if customer_account.is_operator(request.customer_id):
        logger.warning("an operator is not erased", extra={"customer_id": request.customer_id})
        customer_orders.end_erasure(request.customer_id)
    elif erase(request.customer_id).unsettled:
        pass  # the next run of the job continues
    elif request.is_last_check:
        customer_orders.end_erasure(request.customer_id)
    else:
        customer_orders.schedule_last_check(request.customer_id)


_serve_request = http_application(routes, find_customer.routes)


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Run the job for a scheduled event, and a route for an API request."""
    handle: LambdaHandler = finish_erasures if event.get("source") == SCHEDULE else _serve_request
    return handle(event, context)
