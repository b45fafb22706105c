"""Place an order: `POST /orders`. Answers at once; the saga starts from the event."""

import hashlib
from typing import Annotated

from kernel.http_application import HttpApplication, RequestBody, ResponseBody, answer
from kernel.idempotency_key import idempotency_key
from kernel.observability import cause, correlate
from kernel.problems import MemberError, Problem, invalid_members, json_pointer

from aws_lambda_powertools.event_handler import Response
from pydantic import AfterValidator, Field, StringConstraints, WithJsonSchema

import customer_orders
import order_store
from country_codes import COUNTRY_CODES
from order import MixedCurrencies, Order, OrderLine, Price, Status, order_id_of, place
from order_store import Request, StoredOrder
from price_list import prices_of


def _known_country(code: str) -> str:
    if code not in COUNTRY_CODES:
        raise ValueError("not an ISO 3166-1 alpha-2 country code, such as DE")
    return code


def _each_sku_once(lines: list["Line"]) -> list["Line"]:
    if len({line.sku for line in lines}) < len(lines):
        raise ValueError("a SKU stands in more than one line: order it in one, with the sum of the quantities")
    return lines


Text = Annotated[str, StringConstraints(min_length=1, max_length=200)]


class Line(RequestBody):
    sku: Annotated[str, StringConstraints(pattern=r"^[A-Z0-9-]{1,40}$")]
    quantity: int = Field(ge=1, le=100)


class ShippingAddress(RequestBody):
    name: Text
    line1: Text
    city: Text
    postal_code: Text
    country: Annotated[
        str,
        AfterValidator(_known_country),
        WithJsonSchema({"type": "string", "pattern": "^[A-Z]{2}$", "description": "An ISO 3166-1 alpha-2 code."}),
    ]


class PlaceOrder(RequestBody):
    items: Annotated[list[Line], Field(min_length=1, max_length=50), AfterValidator(_each_sku_once)]
    payment_method: Text
    shipping_address: ShippingAddress

    def fingerprint(self) -> str:
        """Return a digest that is equal for equal requests, however their JSON was written."""
        return hashlib.sha256(self.model_dump_json().encode()).hexdigest()


class AcceptedOrder(ResponseBody):
    """The order as it was placed, with the prices of that moment in minor units of `currency`."""

    order_id: str
    status: Status
    items: tuple[OrderLine, ...]
    total: int
    currency: str


app = HttpApplication()
handler = app.lambda_handler()


@app.post("/orders")
def place_order() -> Response[str]:
    """Answer 202 with the placed order; with the same order again for the same key and request."""
    customer = app.caller()
    key = idempotency_key(app)
    request = app.body(PlaceOrder)
    order_id = order_id_of(customer.user_id, key)
    correlate(order_id)

    stored = order_store.find(order_id) or _place_new(order_id, customer.user_id, request)
    if stored.request.fingerprint != request.fingerprint():
        raise Problem(
            422,
            "This Idempotency-Key was used for another request: send a new key with a new order.",
            kind="idempotency-key-reused",
        )
    return answer(202, _accepted(stored.order), location=f"orders/{order_id}")


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
    customer_orders.register(customer_id, order_id)
    return order_store.create(placed, Request(request.fingerprint(), request.shipping_address.model_dump()))


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
