"""Forget a person: `POST /customers/{customer_id}/erasure`, for operators; and a job that finishes what goes on.

Events name a customer by the user pool's `sub` only. So it is enough to take the address out of each of their orders,
and to delete the user. What is left, where and for how long: docs/runbooks/erase-a-person.md.
"""

import re
from dataclasses import dataclass
from typing import Any

from kernel.http_application import HttpApplication, LambdaHandler, ResponseBody, answer
from kernel.identity import OPERATORS, require_operator
from kernel.observability import count, logger, tracer
from kernel.problems import Problem

from aws_lambda_powertools.event_handler import Response

import customer_account
import customer_orders
import order_store
from customer_orders import ErasureRequest

# What Cognito makes; it becomes part of a filter.
CUSTOMER_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
NAMED_AT_MOST = 10
# Enough for one more customer, before the function's time is over.
MILLISECONDS_FOR_A_CUSTOMER = 3000
# What EventBridge says of itself in the event of a schedule.
SCHEDULE = "aws.events"


class ErasedCustomer(ResponseBody):
    """How many orders they have, none of which holds an address, and whether this call deleted a user."""

    customer_id: str
    orders: int
    user_deleted: bool


class ErasureUnderWay(ResponseBody):
    """How many orders they have, and the first of those that still need their addresses."""

    customer_id: str
    orders: int
    orders_under_way: list[str]


class ErasureFault(Exception):
    """Some erasures could not be finished. The job tries them again with its next run."""


@dataclass(frozen=True)
class Erasure:
    """What an attempt came to: the customer's orders, those that are not settled, and whether a user was deleted."""

    order_ids: list[str]
    under_way: list[str]
    user_deleted: bool


app = HttpApplication()
_answer_request = app.lambda_handler()


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Answer a request from the API, or go on with the erasures that are due where a schedule calls."""
    called: LambdaHandler = finish_erasures if event.get("source") == SCHEDULE else _answer_request
    return called(event, context)


@app.post("/customers/<customer_id>/erasure")
def erase_customer(customer_id: str) -> Response[str]:
    """Answer 200 where no order holds an address any more and the user is deleted; 202 while orders are not settled.

    What is settled is erased at once. A job erases the rest when it is settled, and deletes the user then. The call may
    be repeated as often as you like; 409 where the user is an operator.
    """
    require_operator(app.caller())
    if not CUSTOMER_ID.fullmatch(customer_id):
        raise Problem(404, f"{customer_id} is no customer's id. It is the `sub` of a user in the user pool.")
    if customer_account.is_operator(customer_id):
        raise Problem(
            409,
            f"{customer_id} is in the group {OPERATORS!r}. Take them out of it, then call again.",
            kind="operators-are-not-erased",
        )

    customer_orders.request_erasure(customer_id)
    erasure = erase(customer_id)
    if erasure.under_way:
        return answer(
            202,
            ErasureUnderWay(
                customer_id=customer_id,
                orders=len(erasure.order_ids),
                orders_under_way=erasure.under_way[:NAMED_AT_MOST],
            ),
        )
    customer_orders.check_later(customer_id)
    return answer(
        200,
        ErasedCustomer(customer_id=customer_id, orders=len(erasure.order_ids), user_deleted=erasure.user_deleted),
    )


def erase(customer_id: str) -> Erasure:
    """Overwrite the addresses of the customer's settled orders; delete the user, if none is left under way."""
    order_ids = customer_orders.order_ids_of(customer_id)
    under_way = [order_id for order_id in order_ids if not order_store.erase_address(order_id)]
    if under_way:
        return Erasure(order_ids, under_way, user_deleted=False)
    had_account = customer_account.delete(customer_id)
    logger.info("erased a customer", extra={"customer_id": customer_id, "orders": len(order_ids)})
    if had_account:
        count("CustomersErased")
    return Erasure(order_ids, [], had_account)


@logger.inject_lambda_context(clear_state=True)
@tracer.capture_lambda_handler(capture_response=False)
def finish_erasures(_event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Go on with the erasures that are due. Every minute, by a schedule.

    Returns:
        How many there were.

    Raises:
        ErasureFault: Some met a fault, which is in the log.
    """
    requests = customer_orders.due_erasures()
    faults = 0
    for request in requests:
        if context.get_remaining_time_in_millis() < MILLISECONDS_FOR_A_CUSTOMER:
            break
        try:
            _go_on(request)
        except Exception:  # noqa: BLE001 (one customer holds up no other)
            logger.exception("the erasure could not be finished", extra={"customer_id": request.customer_id})
            faults += 1
    if faults:
        raise ErasureFault(f"{faults} erasures could not be finished")
    return {"erasures": len(requests)}


def _go_on(request: ErasureRequest) -> None:
    if customer_account.is_operator(request.customer_id):
        logger.warning("an operator is not erased", extra={"customer_id": request.customer_id})
        customer_orders.end_erasure(request.customer_id)
    elif erase(request.customer_id).under_way:
        pass  # with the next run
    elif request.is_last_check:
        customer_orders.end_erasure(request.customer_id)
    else:
        customer_orders.check_later(request.customer_id)
