"""Receive or write off stock: `POST /products/{sku}/stock-adjustments`. For operators."""

from typing import Annotated

from aws_lambda_powertools.event_handler import Response
from pydantic import AfterValidator, Field

import product_store
from kernel.http_application import RequestBody, ResponseBody, Routes, json_response
from kernel.idempotency_key import idempotency_key
from kernel.identity import require_operator
from kernel.observability import cause, correlate
from kernel.outbox import ConcurrentChange
from kernel.problems import Problem
from kernel.text import Text
from product_store import NoSuchProduct
from retry_schedule import ScheduleFull
from stock import MAX_AVAILABLE, SKU, Adjustment, OutOfRange


def _not_zero(change: int) -> int:
    if change == 0:
        raise ValueError(
            "0 changes nothing: send the number of pieces received, or a negative number to write off pieces"
        )
    return change


class AdjustStock(RequestBody):
    """`change` is the number of pieces received. A negative number writes off pieces."""

    change: Annotated[int, Field(ge=-MAX_AVAILABLE, le=MAX_AVAILABLE), AfterValidator(_not_zero)]
    reason: Text


class AdjustedStock(ResponseBody):
    """The level of the product right after the adjustment, and its version."""

    sku: str
    available: int
    version: int


routes = Routes()


@routes.post("/products/<sku>/stock-adjustments")
def adjust_stock(sku: str) -> Response[str]:
    """Apply the adjustment once per Idempotency-Key. The key does not expire.

    Returns:
        200 and the level right after the adjustment. A retry of the request returns the same response.

    Raises:
        Problem: 404, there is no such product; 409, the level would be out of range; 422, the key was used for another
            adjustment; 503, too many concurrent writes to the product.
    """
    operator = routes.caller()
    require_operator(operator)
    key = idempotency_key(routes)
    request = routes.body(AdjustStock)
    if not SKU.fullmatch(sku):
        raise _unknown(sku)
    correlate(sku)
    try:
        adjustment = product_store.adjust(
            Adjustment.requested(sku, key, request.change, request.reason, operator.user_id), cause()
        )
    except NoSuchProduct:
        raise _unknown(sku) from None
    except OutOfRange as refusal:
        raise Problem(409, f"{refusal} Nothing was changed.", kind="stock-out-of-range") from None
    except (ConcurrentChange, ScheduleFull):
        raise Problem(
            503,
            f"Too many orders are changing the stock of {sku} right now, so nothing was changed. "
            "Send the same request again, with the same Idempotency-Key.",
            kind="hot-product",
        ) from None
    if not adjustment.matches(request.change, request.reason):
        raise Problem(
            422,
            f"This Idempotency-Key was used for another adjustment of {sku}: {adjustment.change:+d} "
            f"({adjustment.reason}), which left {adjustment.available} available. Send a new key for a new adjustment.",
            kind="idempotency-key-reused",
        )
    document = AdjustedStock(sku=sku, available=adjustment.available, version=adjustment.version)
    return json_response(200, document, etag=f'"{adjustment.version}"')


def _unknown(sku: str) -> Problem:
    return Problem(404, f"There is no product {sku[:80]}: check the SKU.")
