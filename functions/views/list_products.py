"""List the products with what is available: `GET /products`. For anyone."""

from typing import NotRequired

from kernel.http_application import HttpApplication, answer
from kernel.observability import logger
from kernel.page_request import next_token, page_request

from aws_lambda_powertools.event_handler import Response
from typing_extensions import TypedDict

from product_view import ProductDocument, is_readable
from view_store import PAGE_KEY, PRODUCTS, is_listed, list_summaries


class ProductPage(TypedDict):
    """Products by SKU. `next_token` asks for the next page; without one this is the last."""

    products: list[ProductDocument]
    next_token: NotRequired[str]


app = HttpApplication()
handler = app.lambda_handler()


@app.get("/products")
def list_products() -> Response[str]:
    """Answer 200 with a page of products by SKU, and the token of the next one where there is one."""
    request = page_request(app, PAGE_KEY, lambda key: is_listed(PRODUCTS, key))
    page = list_summaries(PRODUCTS, limit=request.limit, newest_first=False, start=request.start)
    document: ProductPage = {"products": []}
    for summary in page.summaries:
        if is_readable(summary):
            document["products"].append(summary["product"])
        else:
            logger.error("left an unreadable product out of a list", extra={"key": summary["pk"]})
    if page.next_key:
        document["next_token"] = next_token(page.next_key)
    return answer(200, document, cache_control="max-age=5")
