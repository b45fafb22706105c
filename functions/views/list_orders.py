"""List the caller's own orders, newest first: `GET /orders`."""

from typing import NotRequired

from aws_lambda_powertools.event_handler import Response
from typing_extensions import TypedDict

from kernel.http_application import Routes, json_response
from kernel.observability import logger
from kernel.page_request import next_token, page_request
from order_document import OrderSummary
from order_view import is_readable, summary_document
from view_store import PAGE_KEY, customer_list, is_listed, list_summaries, order_id_of


class OrderPage(TypedDict):
    """A customer's orders, newest first. `next_token` requests the next page; the last page has none."""

    orders: list[OrderSummary]
    next_token: NotRequired[str]


routes = Routes()


@routes.get("/orders")
def list_orders() -> Response[str]:
    """Return 200 and a page of the caller's orders, with the token of the next page if there is one."""
    list_name = customer_list(routes.caller().user_id)
    request = page_request(routes, PAGE_KEY, lambda key: is_listed(list_name, key))
    page = list_summaries(list_name, limit=request.limit, newest_first=True, start=request.start)
    orders = []
    for summary in page.summaries:
        order_id = order_id_of(summary)
        if is_readable(order_id, summary):
            orders.append(summary_document(order_id, summary))
        else:
            logger.error("skipped an invalid order summary", extra={"order_id": order_id})
    document: OrderPage = {"orders": orders}
    if page.next_key:
        document["next_token"] = next_token(page.next_key)
    return json_response(200, document)
