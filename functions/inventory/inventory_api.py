"""Lambda entry point of the inventory service: the calls of the API about products and their stock."""

from kernel.http_application import HttpApplication

from aws_lambda_powertools.event_handler import Response

import adjust_stock
import put_product

app = HttpApplication()
handler = app.lambda_handler()


@app.put("/products/<sku>")
def _put_product(sku: str) -> Response[str]:
    return put_product.put_product(app, sku)


@app.post("/products/<sku>/stock-adjustments")
def _adjust_stock(sku: str) -> Response[str]:
    return adjust_stock.adjust_stock(app, sku)
