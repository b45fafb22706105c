"""Request a return: `POST /orders/{order_id}/returns`.

The request only stores the return. The event `ReturnRequested` opens a task, and an operator decides.
"""

import hashlib
import random
import time
from contextlib import suppress
from enum import StrEnum
from typing import Annotated

from aws_lambda_powertools.event_handler import Response
from pydantic import AfterValidator, Field, StringConstraints

from kernel.http_application import RequestBody, ResponseBody, Routes, json_response
from kernel.idempotency_key import idempotency_key
from kernel.observability import cause, correlate
from kernel.order_id import ORDER_ID
from kernel.outbox import ConcurrentChange
from kernel.problems import MemberError, Problem, invalid_members, json_pointer
from kernel.settings import setting
from kernel.text import Text
from order_returns import MAX_RETURNS, OrderReturns, Return, ReturnLimitReached, TooMany
from purchase import PaidLine, Purchase
from purchase_view import PurchaseView, find_purchase
from return_events import ReturnStatus
from return_id import return_id_of
from return_store import returns

# Concurrent requests for one order write the same item. Each attempt of these is several of the repository.
ATTEMPTS = 4
MAX_BACKOFF_SECONDS = 0.2


class ReturnsFrom(StrEnum):
    """From when a customer can return items. The template parameter `ReturnsFrom`."""

    CONFIRMATION = "CONFIRMATION"
    DELIVERY = "DELIVERY"


def _check_unique_skus(lines: list["ReturnLine"]) -> list["ReturnLine"]:
    if len({line.sku for line in lines}) < len(lines):
        raise ValueError("several lines have the same SKU: send one line with the sum of the quantities")
    return lines


class ReturnLine(RequestBody):
    sku: Annotated[str, StringConstraints(pattern=r"^[A-Z0-9-]{1,40}$")]
    quantity: int = Field(ge=1, le=100)


class RequestReturn(RequestBody):
    """The items to send back, and why. The reason is published in events: it must name no person."""

    items: Annotated[list[ReturnLine], Field(min_length=1, max_length=50), AfterValidator(_check_unique_skus)]
    reason: Text

    def fingerprint(self) -> str:
        """Return a digest of the request. It does not depend on the formatting of the JSON."""
        return hashlib.sha256(self.model_dump_json().encode()).hexdigest()


class RequestedReturn(ResponseBody):
    """The requested return, with the prices as paid and the refund in minor units of `currency`."""

    return_id: str
    order_id: str
    status: ReturnStatus
    items: tuple[PaidLine, ...]
    refund_amount: int
    currency: str


routes = Routes()


@routes.post("/orders/<order_id>/returns")
def request_return(order_id: str) -> Response[str]:
    """Store the return under an id that is derived from the order and the Idempotency-Key.

    Returns:
        202 and the requested return. A retry of the request returns the same response.

    Raises:
        Problem: 404, the caller has no such order; 409, the order cannot be returned (yet), or has too many returns;
            422, more pieces than were bought and not yet returned, or the key was used for another request; 503, too
            many concurrent requests for this order.
    """
    customer = routes.caller()
    key = idempotency_key(routes)
    if not ORDER_ID.fullmatch(order_id):
        raise _unknown(order_id)
    correlate(order_id)
    return_id = return_id_of(order_id, key)
    stored = returns().load(order_id)
    if stored and stored.purchase.customer_id != customer.user_id:
        raise _unknown(order_id)
    if stored is None or stored.find(return_id) is None:
        purchase = _returnable_purchase(order_id)
        stored = stored or OrderReturns(order_id=order_id, purchase=purchase)

    request = routes.body(RequestReturn)
    state = add_return(stored, return_id, request)
    requested = state.get(return_id)
    if requested.fingerprint != request.fingerprint():
        raise Problem(
            422,
            "This Idempotency-Key was used for another request: send a new key for a new return.",
            kind="idempotency-key-reused",
        )
    return json_response(202, _accepted(state, requested), location=f"../../orders/{order_id}")


def _returnable_purchase(order_id: str) -> Purchase:
    """Return what the customer bought with the order, as far as the views know.

    Raises:
        Problem: 404, the order belongs to another customer; 409, it cannot be returned.
    """
    view = find_purchase(order_id)
    if view is None:
        raise Problem(
            409,
            f"The order {order_id} cannot be returned yet, because it does not appear in the views: "
            "check the order id, and send the same request again in a few seconds.",
            kind="not-returnable",
        )
    if view.purchase.customer_id != routes.caller().user_id:
        raise _unknown(order_id)
    if detail := _obstacle(view):
        raise Problem(409, detail, kind="not-returnable")
    return view.purchase


def _obstacle(view: PurchaseView) -> str | None:
    """Return why the order cannot be returned, or None."""
    if not view.is_paid:
        return (
            "Only an order that is confirmed and paid can be returned. "
            "If it is being processed, send the same request again later."
        )
    if view.is_lost:
        return (
            "The carrier lost the parcel of this order, so there is nothing to return. "
            "An operator decides what happens next: contact the shop."
        )
    if ReturnsFrom(setting("RETURNS_FROM")) is ReturnsFrom.DELIVERY and not view.is_delivered:
        return "Only an order that is delivered can be returned. Send the same request again after the delivery."
    return None


def add_return(stored: OrderReturns, return_id: str, request: RequestReturn) -> OrderReturns:
    """Add the return to the returns of its order, which may have changed since `stored` was loaded.

    Raises:
        Problem: 409, the order has too many returns; 422, more pieces than were bought and not yet returned; 503, too
            many concurrent requests for this order.
    """
    quantities = [(line.sku, line.quantity) for line in request.items]
    origin = cause()

    def request_once(current: OrderReturns) -> OrderReturns:
        return current.request(return_id, quantities, request.reason, request.fingerprint(), origin)

    try:
        for _ in range(ATTEMPTS - 1):
            with suppress(ConcurrentChange):
                return returns().update(stored, request_once)
            time.sleep(random.uniform(0, MAX_BACKOFF_SECONDS))  # noqa: S311 (spreads load, not a secret)
        return returns().update(stored, request_once)
    except TooMany as excess:
        raise _too_many(request, excess.returnable) from None
    except ReturnLimitReached:
        raise Problem(
            409, f"The order already has {MAX_RETURNS} returns: contact us about more.", kind="return-limit-reached"
        ) from None
    except ConcurrentChange:
        raise Problem(
            503, "Other requests change the returns of this order: send the same request again.", kind="busy-order"
        ) from None


def _too_many(request: RequestReturn, returnable: dict[str, int]) -> Problem:
    errors: list[MemberError] = [
        {
            "pointer": json_pointer("items", index, "quantity"),
            "detail": f"only {returnable[line.sku]} of {line.sku} can be returned",
        }
        for index, line in enumerate(request.items)
        if line.sku in returnable
    ]
    return invalid_members(*errors)


def _accepted(state: OrderReturns, requested: Return) -> RequestedReturn:
    return RequestedReturn(
        return_id=requested.return_id,
        order_id=state.order_id,
        status=ReturnStatus.REQUESTED,
        items=requested.items,
        refund_amount=requested.refund_amount,
        currency=state.purchase.currency,
    )


def _unknown(order_id: str) -> Problem:
    return Problem(404, f"There is no order {order_id[:80]}: check the order id.")
