"""List the products with their available stock: `GET /products`. Public."""

from typing import NotRequired

from aws_lambda_powertools.event_handler import Response
from typing_extensions import TypedDict

from kernel.http_application import Routes, json_response
from kernel.observability import logger
from kernel.page_request import next_token, page_request
from product_view import ProductDocument, is_readable
from view_store import PAGE_KEY, PRODUCTS, is_listed, list_summaries


class ProductPage(TypedDict):
    """Products, sorted by SKU. `next_token` requests the next page; the last page has none."""

    products: list[ProductDocument]
    next_token: NotRequired[str]


routes = Routes()


@routes.get("/products")
def list_products() -> Response[str]:
    """Return 200 and a page of products by SKU, with the token of the next page if there is one."""
    request = page_request(routes, PAGE_KEY, lambda key: is_listed(PRODUCTS, key))
    page = list_summaries(PRODUCTS, limit=request.limit, newest_first=False, start=request.start)
    document: ProductPage = {"products": []}
    for summary in page.summaries:
        if is_readable(summary):
            document["products"].append(summary["product"])
        else:
            logger.error("skipped an invalid product summary", extra={"key": summary["pk"]})
    if page.next_key:
        document["next_token"] = next_token(page.next_key)
    return json_response(200, document, cache_control="max-age=5")
