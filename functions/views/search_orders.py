"""Search the orders of all customers, newest first: `GET /operations/orders`. For operators.

PlacedIndex or ListIndex finds the orders by time. Status and order number are compared afterwards, because an index by
status would cost a write for each change of a status. A search therefore compares at most MAX_KEYS_READ orders,
without a customer of at most MAX_DAYS days, and a page may have fewer orders than its limit although there is a next
page.
"""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple, NotRequired, cast, get_args

from aws_lambda_powertools.event_handler import Response
from typing_extensions import TypedDict

from kernel.http_application import Routes, json_response
from kernel.identity import USER_ID, require_operator
from kernel.observability import logger
from kernel.page_request import next_token, page_request
from kernel.problems import Problem
from kernel.timestamps import Timestamp, now, timestamp
from order_document import CustomersOrder, OrderStatus
from order_index import KeyPage, OrderKey, is_place, orders_of, orders_of_all, summaries, updated_at
from order_view import is_readable, summary_document
from time_parameter import time_parameter
from view_store import order_id_of, order_key

DEFAULT_DAYS = 30
MAX_KEYS_READ = 1000
START_OF_TIME = "0001-01-01T00:00:00.000000Z"
ORDER_ID_LENGTH = 36
# An order id, or its beginning: a receipt shows the first eight characters.
ORDER_NUMBER = re.compile(r"[0-9a-f]{8}[0-9a-f-]{0,28}")
# The attribute of a page key: a place in an index (a time and an order id), or a day.
PAGE_KEY = {"before"}


class CustomersOrders(TypedDict):
    """Orders of customers, newest first. `next_token` continues the search, also if this page has fewer orders."""

    orders: list[CustomersOrder]
    next_token: NotRequired[str]


class Search(NamedTuple):
    """The filters of a search. `order` is an order id or its beginning; `status` None means all statuses."""

    since: Timestamp
    before: Timestamp
    status: str | None
    order: str
    customer_id: str | None


routes = Routes()


@routes.get("/operations/orders")
def search_orders() -> Response[str]:
    """Return 200 and a page of the orders that match all filters.

    Raises:
        Problem: 400 if a filter is not valid.
    """
    require_operator(routes.caller())
    request = page_request(routes, PAGE_KEY, lambda key: is_place(key["before"]))
    search = _search()
    before = min(search.before, request.start["before"]) if request.start else search.before
    found, rest = _find(search, before, request.limit)
    document: CustomersOrders = {"orders": [_document(summary) for summary in found]}
    if rest:
        document["next_token"] = next_token({"before": rest})
    return json_response(200, document)


def _search() -> Search:
    order, customer_id, status = (routes.query_parameter(name) for name in ("order", "customer_id", "status"))
    order = (order or "").lower()
    if order and not ORDER_NUMBER.fullmatch(order):
        raise Problem(400, "order must be an order id, or at least its first eight characters.", kind="order")
    if customer_id is not None and not USER_ID.fullmatch(customer_id):
        raise Problem(400, "customer_id must be the `sub` of a user in the user pool.", kind="customer-id")
    if status is not None and status not in get_args(OrderStatus):
        raise Problem(400, f"status must be one of {', '.join(get_args(OrderStatus))}.", kind="status")
    since, until, latest = time_parameter(routes, "from"), time_parameter(routes, "to"), now()
    before = min(until or latest, latest)
    if since is None:
        has_few_orders = customer_id is not None or len(order) == ORDER_ID_LENGTH
        since = START_OF_TIME if has_few_orders else _days_before(before)
    return Search(since, before, status, order, customer_id)


def _days_before(time: Timestamp) -> Timestamp:
    try:
        return timestamp(datetime.fromisoformat(time).astimezone(UTC) - timedelta(days=DEFAULT_DAYS))
    except OverflowError:
        return START_OF_TIME


def _find(search: Search, before: str, limit: int) -> tuple[list[dict[str, Any]], str | None]:
    """Return at most `limit` summaries, and the place before which the search continues (None if it is complete)."""
    is_filtered = bool(search.status or search.order)
    page = _keys(search, before, MAX_KEYS_READ if is_filtered else limit)
    keys = [key for key in page.keys if key.pk.startswith(order_key(search.order))]
    found: list[dict[str, Any]] = []
    for summary in _readable(keys):
        if _is_match(summary, search, before):
            found.append(summary)
        if len(found) > limit:
            return found[:limit], str(found[limit - 1]["list_order"])
    return found, page.rest


def _keys(search: Search, before: str, limit: int) -> KeyPage:
    if len(search.order) == ORDER_ID_LENGTH:
        return KeyPage([OrderKey(search.since, order_key(search.order))], None)
    if search.customer_id is not None:
        return orders_of(search.customer_id, search.since, before, limit=limit)
    return orders_of_all(search.since, before, limit=limit)


def _is_match(summary: dict[str, Any], search: Search, before: str) -> bool:
    return (
        search.since <= summary["list_order"] < before
        and search.status in (None, summary["order"]["status"])
        and search.customer_id in (None, summary["ordered"]["customer_id"])
    )


def _readable(keys: list[OrderKey]) -> Iterator[dict[str, Any]]:
    """Yield the valid summaries. Skips and logs an invalid one, which must not hide the others."""
    for summary in summaries([key.pk for key in keys]):
        if is_readable(order_id_of(summary), summary):
            yield summary
        else:
            logger.error("skipped an invalid order summary", extra={"order_id": order_id_of(summary)})


def _document(summary: dict[str, Any]) -> CustomersOrder:
    document = summary_document(order_id_of(summary), summary)
    customers_order = {
        **document,
        "customer_id": summary["ordered"]["customer_id"],
        "updated_at": updated_at(summary["pk"]) or document["placed_at"],
    }
    return cast(CustomersOrder, customers_order)
