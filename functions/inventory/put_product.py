"""Add or edit a product: `PUT /products/{sku}`. For operators.

An edit of name or price does not change the stock level. `stock` sets the level of a new product. For an existing
product it requires `If-Match` with the version of the level, because a stale number would undo concurrent orders. To
receive or write off stock, use adjust_stock.
"""

import re
from typing import Annotated

from aws_lambda_powertools.event_handler import Response
from pydantic import Field

import product_store
from kernel.http_application import RequestBody, ResponseBody, Routes, json_response
from kernel.identity import require_operator
from kernel.money import Currency
from kernel.observability import cause, correlate
from kernel.order_id import ORDER_ID
from kernel.problems import Problem, invalid_members
from kernel.text import Text
from product_store import ProductExists, VersionConflict
from stock import MAX_AVAILABLE, SKU, ProductDetails, VersionedLevel

# Above any real price. The total of an order (50 lines of 100 pieces) stays below 2^53, exact in every JSON parser.
MAX_UNIT_PRICE = 10**12
# https://www.rfc-editor.org/rfc/rfc9110#name-etag: CloudFront makes an ETag weak when it compresses the response.
ENTITY_TAG = re.compile(r'(?:W/)?"([\x21\x23-\x7e\x80-\xff]*)"')
# A version that fits in a DynamoDB number.
VERSION = re.compile(r"[1-9][0-9]{0,17}")


class PutProduct(RequestBody):
    name: Text
    unit_price: int = Field(ge=0, le=MAX_UNIT_PRICE)
    currency: Currency
    stock: Annotated[int, Field(ge=0, le=MAX_AVAILABLE)] | None = None


class StockedProduct(ResponseBody):
    """The stored product: its price in minor units of `currency`, and the level with its version."""

    sku: str
    name: str
    unit_price: int
    currency: Currency
    available: int
    version: int


routes = Routes()


@routes.put("/products/<sku>")
def put_product(sku: str) -> Response[str]:
    """Store the product. The product view is updated asynchronously.

    Returns:
        200 and the product, with the version of its level as ETag.

    Raises:
        Problem: 412, If-Match does not match the version of the level; 428, the request has `stock` for an existing
            product, but no If-Match.
    """
    require_operator(routes.caller())
    _check_sku(sku)
    correlate(sku)
    request = routes.body(PutProduct)
    details = ProductDetails(sku=sku, name=request.name, unit_price=request.unit_price, currency=request.currency)
    try:
        stored = _put(details, request.stock, routes.header("If-Match"))
    except ProductExists as existing:
        raise Problem(
            428,
            f"{sku} already exists, with {_describe(existing.current)}. To edit name and price, leave out `stock`. "
            "To receive or write off stock, POST to its stock-adjustments. "
            'To set the level, send the header If-Match: "<version>".',
            kind="version-required",
        ) from None
    except VersionConflict as conflict:
        raise Problem(
            412,
            f"If-Match does not contain the current version: {sku} has {_describe(conflict.current)}. "
            "Nothing was changed. Send the current version."
            if conflict.current
            else f"There is no product {sku}: leave out If-Match to add it.",
            kind="version-conflict",
        ) from None
    document = StockedProduct(**stored.level.model_dump(), version=stored.version)
    return json_response(200, document, etag=f'"{stored.version}"')


def _put(details: ProductDetails, stock: int | None, if_match: str | None) -> VersionedLevel:
    """Write the product under the precondition `if_match`.

    Raises:
        ProductExists: The request has `stock` for an existing product, but no version.
        VersionConflict: The level has another version than `if_match`, or there is no product.
        Problem: 400, `if_match` is not one entity tag; 428, `if_match` is `*` and the request has `stock`.
    """
    if if_match is None:
        if stock is None:
            return product_store.edit_or_add_product(details, cause())
        return product_store.add_product(details.with_stock(stock), cause())
    if if_match.strip() == "*":
        # `*` matches every version of an existing product. That is enough for an edit of the name, not of the level.
        if stock is not None:
            raise Problem(
                428,
                'If-Match: * has no version. To set the level, send If-Match: "<version>".',
                kind="version-required",
            )
        return product_store.edit_product(details, cause())
    return product_store.edit_product(details, cause(), version=_version(if_match), available=stock)


def _version(if_match: str) -> int:
    """Return the version in If-Match, or 0 for a tag with another format. No level has version 0.

    Raises:
        Problem: 400, `if_match` is not one entity tag.
    """
    tag = ENTITY_TAG.fullmatch(if_match.strip())
    if tag is None:
        raise Problem(
            400, 'If-Match is not valid: send one version in quotes, such as "7", from the ETag.', kind="if-match"
        )
    return int(tag[1]) if VERSION.fullmatch(tag[1]) else 0


def _describe(current: VersionedLevel) -> str:
    return f"{current.level.available} available in version {current.version}"


def _check_sku(sku: str) -> None:
    if not SKU.fullmatch(sku) or ORDER_ID.fullmatch(sku.lower()):
        raise invalid_members(
            {
                "pointer": "",
                "detail": "a SKU has 1 to 40 of the characters A-Z, 0-9 and -, and does not look like an order id",
            }
        )
