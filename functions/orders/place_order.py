"""Place an order: `POST /orders`.

The response does not wait for the saga. The event `OrderPlaced` starts it.
"""

import hashlib
from typing import Annotated, Self

from aws_lambda_powertools.event_handler import Response
from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints, WithJsonSchema, model_validator

import customer_orders
import order_store
from country_codes import COUNTRY_CODES
from kernel.cloud_event import CloudEvent
from kernel.http_application import RequestBody, ResponseBody, Routes, json_response
from kernel.idempotency_key import idempotency_key
from kernel.money import Currency, format_money
from kernel.observability import cause, correlate
from kernel.order_id import order_id_of
from kernel.problems import MemberError, Problem, invalid_members, json_pointer
from kernel.text import Text
from order import MixedCurrencies, Order, Price, place
from order_events import OrderLine, OrderPlaced, Status
from order_store import Request, StoredOrder
from postal_code import check_postal_code
from price_list import prices_of


def _check_country(code: str) -> str:
    if code not in COUNTRY_CODES:
        raise ValueError("not an ISO 3166-1 alpha-2 country code, such as DE")
    return code


def _check_unique_skus(lines: list["Line"]) -> list["Line"]:
    if len({line.sku for line in lines}) < len(lines):
        raise ValueError("several lines have the same SKU: send one line with the sum of the quantities")
    return lines


def _none_if_blank(text: object) -> object:
    return None if isinstance(text, str) and not text.strip() else text


class Line(RequestBody):
    sku: Annotated[str, StringConstraints(pattern=r"^[A-Z0-9-]{1,40}$")]
    quantity: int = Field(ge=1, le=100)


class ShippingAddress(RequestBody):
    name: Text
    line1: Text
    city: Text
    postal_code: Annotated[
        Text | None,
        BeforeValidator(_none_if_blank),
        WithJsonSchema(
            {
                "anyOf": [{"type": "string", "maxLength": 200}, {"type": "null"}],
                "description": "In the format of the country. Required if the country has postal codes.",
            }
        ),
    ] = None
    country: Annotated[
        str,
        AfterValidator(_check_country),
        WithJsonSchema({"type": "string", "pattern": "^[A-Z]{2}$", "description": "An ISO 3166-1 alpha-2 code."}),
    ]

    @model_validator(mode="after")
    def _check_postal_code(self) -> Self:
        check_postal_code(self.country, self.postal_code)
        return self


class ExpectedTotal(RequestBody):
    """The total that the customer saw, in minor units of `currency`."""

    amount: int = Field(ge=0)
    currency: Currency


class PlaceOrder(RequestBody):
    items: Annotated[list[Line], Field(min_length=1, max_length=50), AfterValidator(_check_unique_skus)]
    payment_method: Annotated[str, StringConstraints(pattern=r"^pm_[a-z0-9_]{1,60}$")]
    shipping_address: ShippingAddress
    expected_total: Annotated[
        ExpectedTotal | None, Field(description="The order is placed only if this is its total.")
    ] = None

    def fingerprint(self) -> str:
        """Return a digest of the request. It does not depend on the formatting of the JSON."""
        return hashlib.sha256(self.model_dump_json(exclude_none=True).encode()).hexdigest()


class AcceptedOrder(ResponseBody):
    """The placed order, with the prices at that time in minor units of `currency`."""

    order_id: str
    status: Status
    items: tuple[OrderLine, ...]
    total: int
    currency: str


routes = Routes()


@routes.post("/orders")
def place_order() -> Response[str]:
    """Store the order under an id that is derived from the customer and the Idempotency-Key.

    Returns:
        202 and the placed order. A retry of the request returns the stored order.

    Raises:
        Problem: 409, the total is not `expected_total`; 422, a product is unknown, the products have different
            currencies, or the key was used for another request.
    """
    customer = routes.caller()
    key = idempotency_key(routes)
    request = routes.body(PlaceOrder)
    order_id = order_id_of(customer.user_id, key)
    correlate(order_id)

    stored = order_store.find(order_id) or _place_new(order_id, customer.user_id, request)
    if stored.request.fingerprint != request.fingerprint():
        raise Problem(
            422,
            "This Idempotency-Key was used for another request: send a new key for a new order.",
            kind="idempotency-key-reused",
        )
    return json_response(202, _accepted(stored.order), location=f"orders/{order_id}")


def _place_new(order_id: str, customer_id: str, request: PlaceOrder) -> StoredOrder:
    quantities = [(line.sku, line.quantity) for line in request.items]
    prices = prices_of([sku for sku, _ in quantities])
    _refuse_unknown_products(request, prices)
    try:
        placed = place(order_id, customer_id, quantities, prices, request.payment_method, cause())
    except MixedCurrencies as error:
        raise Problem(
            422,
            f"The products have prices in {error}: place one order for each currency.",
            kind="mixed-currencies",
        ) from None
    _check_expected_total(request.expected_total, placed)
    customer_orders.register(customer_id, order_id)
    return order_store.create(
        placed, Request(request.fingerprint(), request.shipping_address.model_dump(exclude_none=True))
    )


def _check_expected_total(expected: ExpectedTotal | None, placed: CloudEvent) -> None:
    """Compare the total with the one that the customer saw.

    Raises:
        Problem: 409, the totals differ because a price has changed.
    """
    order = OrderPlaced.model_validate(placed.data)
    if expected is None or (expected.amount, expected.currency) == (order.total, order.currency):
        return
    raise Problem(
        409,
        f"The total is now {format_money(order.total, order.currency)}, "
        f"not {format_money(expected.amount, expected.currency)}: send this total as expected_total to accept it.",
        kind="total-changed",
        total=order.total,
        currency=order.currency,
    )


def _refuse_unknown_products(request: PlaceOrder, prices: dict[str, Price]) -> None:
    unknown: list[MemberError] = [
        {"pointer": json_pointer("items", index, "sku"), "detail": f"there is no product {line.sku}"}
        for index, line in enumerate(request.items)
        if line.sku not in prices
    ]
    if unknown:
        raise invalid_members(*unknown)


def _accepted(order: Order) -> AcceptedOrder:
    placed = order.placed
    return AcceptedOrder(
        order_id=order.order_id,
        status=placed.status,
        items=placed.items,
        total=placed.total,
        currency=placed.currency,
    )
