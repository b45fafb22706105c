"""Place an order: `POST /orders`.

The response does not wait for the saga, which starts from the event `OrderPlaced`.
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
from kernel.problems import MemberError, Problem, invalid_members, json_pointer
from kernel.text import Text
from order import MixedCurrencies, Order, OrderLine, OrderPlaced, Price, Status, order_id_of, place
from order_store import Request, StoredOrder
from postal_code import check_postal_code
from price_list import prices_of


def _known_country(code: str) -> str:
    if code not in COUNTRY_CODES:
        raise ValueError("not an ISO 3166-1 alpha-2 country code, such as DE")
    return code


def _each_sku_once(lines: list["Line"]) -> list["Line"]:
    if len({line.sku for line in lines}) < len(lines):
        raise ValueError("a SKU stands in more than one line: order it in one, with the sum of the quantities")
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
                "description": "As it is written in the country. Required where the country has any.",
            }
        ),
    ] = None
    country: Annotated[
        str,
        AfterValidator(_known_country),
        WithJsonSchema({"type": "string", "pattern": "^[A-Z]{2}$", "description": "An ISO 3166-1 alpha-2 code."}),
    ]

    @model_validator(mode="after")
    def _has_the_countrys_postal_code(self) -> Self:
        check_postal_code(self.country, self.postal_code)
        return self


class ExpectedTotal(RequestBody):
    """What the customer was shown, in minor units of `currency`."""

    amount: int = Field(ge=0)
    currency: Currency


class PlaceOrder(RequestBody):
    items: Annotated[list[Line], Field(min_length=1, max_length=50), AfterValidator(_each_sku_once)]
    payment_method: Annotated[str, StringConstraints(pattern=r"^pm_[a-z0-9_]{1,60}$")]
    shipping_address: ShippingAddress
    expected_total: Annotated[
        ExpectedTotal | None, Field(description="The order is placed only if it costs just that.")
    ] = None

    def fingerprint(self) -> str:
        """Return a digest that is equal for equal requests, regardless of how their JSON is formatted."""
        return hashlib.sha256(self.model_dump_json(exclude_none=True).encode()).hexdigest()


class AcceptedOrder(ResponseBody):
    """The order as it was placed, with the prices of that moment in minor units of `currency`."""

    order_id: str
    status: Status
    items: tuple[OrderLine, ...]
    total: int
    currency: str


routes = Routes()


@routes.post("/orders")
def place_order() -> Response[str]:
    """Store the order under an id that follows from customer and Idempotency-Key.

    Returns:
        202 and the placed order. Repeating the request returns the stored order.

    Raises:
        Problem: 409, the total is not `expected_total`; 422, a product is unknown, the currencies are mixed, or the key
            was used for another request.
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
            "This Idempotency-Key was used for another request: send a new key with a new order.",
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
            f"The products are priced in {error}: place an order for each currency.",
            kind="mixed-currencies",
        ) from None
    _refuse_other_total(request.expected_total, placed)
    customer_orders.register(customer_id, order_id)
    return order_store.create(
        placed, Request(request.fingerprint(), request.shipping_address.model_dump(exclude_none=True))
    )


def _refuse_other_total(expected: ExpectedTotal | None, placed: CloudEvent) -> None:
    """Compare the total with the one that the customer saw.

    Raises:
        Problem: 409, a price has changed in the meantime.
    """
    order = OrderPlaced.model_validate(placed.data)
    if expected is None or (expected.amount, expected.currency) == (order.total, order.currency):
        return
    raise Problem(
        409,
        f"The total is now {format_money(order.total, order.currency)}, "
        f"not {format_money(expected.amount, expected.currency)}: send the new expected_total to order at that price.",
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
