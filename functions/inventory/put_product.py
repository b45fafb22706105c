"""Add a product, or edit one: `PUT /products/{sku}`. For operators.

Name and price are one write, stock is another: an edit leaves the level alone. A number that somebody read a moment
ago must not overwrite what was sold since, so `stock` sets the level of a new product only; for an existing one it
needs `If-Match` with the level's version. To receive stock or write it off, see adjust_stock.
"""

import re
from typing import Annotated

from kernel.http_application import HttpApplication, RequestBody, ResponseBody, answer
from kernel.identity import require_operator
from kernel.money import Currency
from kernel.observability import cause, correlate
from kernel.order_id import ORDER_ID
from kernel.problems import Problem, invalid_members
from kernel.text import Text

from aws_lambda_powertools.event_handler import Response
from pydantic import Field

import stock_store
from stock import MOST_AVAILABLE, SKU, ProductDetails, VersionedLevel
from stock_store import ProductExists, VersionConflict

# Far beyond any price, and what a sum over an order's lines can still hold.
MOST = 10**12
# https://www.rfc-editor.org/rfc/rfc9110#name-etag: CloudFront makes an ETag weak when it compresses the response.
ENTITY_TAG = re.compile(r'(?:W/)?"([\x21\x23-\x7e\x80-\xff]*)"')
# A version that fits into a DynamoDB number.
VERSION = re.compile(r"[1-9][0-9]{0,17}")


class PutProduct(RequestBody):
    name: Text
    unit_price: int = Field(ge=0, le=MOST)
    currency: Currency
    stock: Annotated[int, Field(ge=0, le=MOST_AVAILABLE)] | None = None


class StockedProduct(ResponseBody):
    """The product from now on: its price in minor units of `currency`, and the level with its version."""

    sku: str
    name: str
    unit_price: int
    currency: Currency
    available: int
    version: int


def put_product(app: HttpApplication, sku: str) -> Response[str]:
    """Answer 200 with the product as it is from now on, and its level's version as ETag; the product view follows.

    428 for the stock of an existing product without If-Match, 412 where If-Match names another version than the
    level has.
    """
    require_operator(app.caller())
    _refuse_odd_sku(sku)
    correlate(sku)
    request = app.body(PutProduct)
    details = ProductDetails(sku=sku, name=request.name, unit_price=request.unit_price, currency=request.currency)
    try:
        stored = _put(details, request.stock, app.header("If-Match"))
    except ProductExists as existing:
        raise Problem(
            428,
            f"{sku} exists, {_present(existing.current)}. Leave out `stock` to edit name and price; "
            "receive stock or write it off by POST to its stock-adjustments; "
            'or set the level with the header If-Match: "<version>".',
            kind="version-required",
        ) from None
    except VersionConflict as conflict:
        raise Problem(
            412,
            f"{sku} has changed: {_present(conflict.current)}. Nothing was changed now."
            if conflict.current
            else f"There is no product {sku}: leave out If-Match to add it.",
            kind="version-conflict",
        ) from None
    document = StockedProduct(**stored.level.model_dump(), version=stored.version)
    return answer(200, document, etag=f'"{stored.version}"')


def _put(details: ProductDetails, stock: int | None, if_match: str | None) -> VersionedLevel:
    """Write the product as far as the request's precondition allows it.

    Raises:
        ProductExists: `stock` was sent for an existing product, and no version with it.
        VersionConflict: The level has another version than `if_match` names, or there is no product.
        Problem: 400, `if_match` is not one entity tag; 428, it is `*` and there is a `stock`.
    """
    if if_match is None:
        if stock is None:
            return stock_store.edit_or_add_product(details, cause())
        return stock_store.add_product(details.with_stock(stock), cause())
    if if_match.strip() == "*":
        # The product must exist, in any version: enough for a name, too little for a level.
        if stock is not None:
            raise Problem(
                428, 'If-Match: * names no version. Set the level with If-Match: "<version>".', kind="version-required"
            )
        return stock_store.edit_product(details, cause())
    return stock_store.edit_product(details, cause(), version=_version(if_match), available=stock)


def _version(if_match: str) -> int:
    """Return the version that If-Match names; 0, which no level has, for a tag that is not one of ours."""
    tag = ENTITY_TAG.fullmatch(if_match.strip())
    if tag is None:
        raise Problem(
            400, 'Send If-Match with one version in quotes, such as "7", as the ETag says it.', kind="if-match"
        )
    return int(tag[1]) if VERSION.fullmatch(tag[1]) else 0


def _present(current: VersionedLevel) -> str:
    return f"with {current.level.available} available in version {current.version}"


def _refuse_odd_sku(sku: str) -> None:
    if not SKU.fullmatch(sku) or ORDER_ID.fullmatch(sku.lower()):
        raise invalid_members(
            {"pointer": "", "detail": "a SKU has 1 to 40 of the characters A-Z, 0-9 and -, and is not an order id"}
        )
