"""Get statistics of the orders of the last hours: `GET /activity?hours=`. For operators.

They are computed from the summaries of the orders, because stored counters would be wrong after duplicate events and
rebuilds.
"""

from datetime import UTC, datetime, timedelta

from aws_lambda_powertools.event_handler import Response

from activity import activity, placed_order
from kernel.http_application import Routes, json_response
from kernel.identity import require_operator
from kernel.problems import Problem
from kernel.timestamps import timestamp
from order_index import orders_of_all, summaries
from order_view import is_readable
from view_store import order_id_of

MAX_HOURS = 24
# About 10 reads of 100 summaries each.
MAX_ORDERS = 1000

routes = Routes()


@routes.get("/activity")
def get_activity() -> Response[str]:
    """Return 200 and the statistics. With more than MAX_ORDERS orders, only the newest count and `truncated` is true.

    Raises:
        Problem: 400 if `hours` is not an integer from 1 to MAX_HOURS.
    """
    require_operator(routes.caller())
    until = datetime.now(UTC)
    since = until - timedelta(hours=_hours())
    page = orders_of_all(timestamp(since), timestamp(until), limit=MAX_ORDERS)
    found = summaries([key.pk for key in page.keys])
    orders = [placed_order(summary) for summary in found if is_readable(order_id_of(summary), summary)]
    return json_response(200, activity(orders, since, until, truncated=page.rest is not None))


def _hours() -> int:
    text = routes.query_parameter("hours") or str(MAX_HOURS)
    if not (text.isascii() and text.isdigit() and len(text) <= 3 and 1 <= int(text) <= MAX_HOURS):
        raise Problem(400, f"hours must be an integer from 1 to {MAX_HOURS}.", kind="hours")
    return int(text)
