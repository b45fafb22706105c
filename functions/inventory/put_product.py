"""Add or edit a product: `PUT /products/{sku}`. For operators.

Editing name and price does not change the stock level. `stock` sets the level of a new product. For an existing product
it requires `If-Match` with the level's version, because a stale number would overwrite what was sold in the meantime.
adjust_stock receives stock and writes it off.
"""

import re
from typing import Annotated

from aws_lambda_powertools.event_handler import Response
from pydantic import Field

import stock_store
from kernel.http_application import RequestBody, ResponseBody, Routes, json_response
from kernel.identity import require_operator
from kernel.money import Currency
from kernel.observability import cause, correlate
from kernel.order_id import ORDER_ID
from kernel.problems import Problem, invalid_members
from kernel.text import Text
from stock import MAX_AVAILABLE, SKU, ProductDetails, VersionedLevel
from stock_store import ProductExists, VersionConflict

# Above any real price. The total of an order (50 lines of 100 pieces) stays below 2^53, exact in any JSON parser.
MOST = 10**12
# https://www.rfc-editor.org/rfc/rfc9110#name-etag: CloudFront makes an ETag weak when it compresses the response.
ENTITY_TAG = re.compile(r'(?:W/)?"([\x21\x23-\x7e\x80-\xff]*)"')
# A version that fits into a DynamoDB number.
VERSION = re.compile(r"[1-9][0-9]{0,17}")


class PutProduct(RequestBody):
    name: Text
    unit_price: int = Field(ge=0, le=MOST)
    currency: Currency
    stock: Annotated[int, Field(ge=0, le=MAX_AVAILABLE)] | None = None


class StockedProduct(ResponseBody):
    """The product from now on: its price in minor units of `currency`, and the level with its version."""

    sku: str
    name: str
    unit_price: int
    currency: Currency
    available: int
    version: int


routes = Routes()


@routes.put("/products/<sku>")
def put_product(sku: str) -> Response[str]:
    """Store the product. The product view follows.

    Returns:
        200 and the product, with its level's version as ETag.

    Raises:
        Problem: 412, If-Match names another version than the level has; 428, `stock` was sent for an existing product
            without If-Match.
    """
    require_operator(routes.caller())
    _refuse_odd_sku(sku)
    correlate(sku)
    request = routes.body(PutProduct)
    details = ProductDetails(sku=sku, name=request.name, unit_price=request.unit_price, currency=request.currency)
    try:
        stored = _put(details, request.stock, routes.header("If-Match"))
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
    return json_response(200, document, etag=f'"{stored.version}"')


def _put(details: ProductDetails, stock: int | None, if_match: str | None) -> VersionedLevel:
    """Write the product under the precondition `if_match`.

    Raises:
        ProductExists: `stock` was sent for an existing product without a version.
        VersionConflict: The level has another version than `if_match` names, or there is no product.
        Problem: 400, `if_match` is not one entity tag; 428, it is `*` and `stock` was sent.
    """
    if if_match is None:
        if stock is None:
            return stock_store.edit_or_add_product(details, cause())
        return stock_store.add_product(details.with_stock(stock), cause())
    if if_match.strip() == "*":
        # The product must exist in any version, which protects an edit of the name but not of the level.
        if stock is not None:
            raise Problem(
                428, 'If-Match: * names no version. Set the level with If-Match: "<version>".', kind="version-required"
            )
        return stock_store.edit_product(details, cause())
    return stock_store.edit_product(details, cause(), version=_version(if_match), available=stock)


def _version(if_match: str) -> int:
    """Return the version that If-Match names, or 0 for a tag that is not ours. No level has the version 0.

    Raises:
        Problem: 400, `if_match` is not one entity tag.
    """
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
