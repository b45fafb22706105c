"""Put a product on the shelf, or change it: `PUT /products/{sku}`. For operators."""

import re

from kernel.http_application import HttpApplication, RequestBody, answer
from kernel.identity import require_operator
from kernel.money import Currency
from kernel.observability import cause, correlate
from kernel.order_id import ORDER_ID
from kernel.problems import invalid_members
from kernel.text import Text

from aws_lambda_powertools.event_handler import Response
from pydantic import Field

import stock_store
from stock import ProductStocked

SKU = re.compile(r"[A-Z0-9-]{1,40}")
# Far beyond any price or shelf, and what a sum over an order's lines can still hold.
MOST = 10**12


class PutProduct(RequestBody):
    name: Text
    unit_price: int = Field(ge=0, le=MOST)
    currency: Currency
    stock: int = Field(ge=0, le=MOST)


app = HttpApplication()
handler = app.lambda_handler()


@app.put("/products/<sku>")
def put_product(sku: str) -> Response[str]:
    """Answer 200 with the product as it is from now on; the product view follows."""
    require_operator(app.caller())
    _refuse_odd_sku(sku)
    correlate(sku)
    request = app.body(PutProduct)
    product = ProductStocked(
        sku=sku,
        name=request.name,
        unit_price=request.unit_price,
        currency=request.currency,
        available=request.stock,
    )
    stock_store.put_product(product, cause())
    return answer(200, product)


def _refuse_odd_sku(sku: str) -> None:
    if not SKU.fullmatch(sku) or ORDER_ID.fullmatch(sku.lower()):
        raise invalid_members(
            {"pointer": "", "detail": "a SKU has 1 to 40 of the characters A-Z, 0-9 and -, and is not an order id"}
        )
