"""Count the orders of the last hours: `GET /activity?hours=`. For operators.

It counts the summaries of the orders placed in these hours. Stored counters would be wrong after duplicate events and
rebuilds.
"""

from datetime import UTC, datetime, timedelta

from aws_lambda_powertools.event_handler import Response

from activity import activity, days_between, placed_order
from kernel.http_application import Routes, json_response
from kernel.identity import require_operator
from kernel.problems import Problem
from kernel.timestamps import timestamp
from order_view import is_readable
from view_store import orders_placed

MOST_HOURS = 24
# About 10 reads of 100 summaries each.
MOST_ORDERS = 1000

routes = Routes()


@routes.get("/activity")
def get_activity() -> Response[str]:
    """Return 200 and the counts. Above MOST_ORDERS, only the newest orders count, and `truncated` is true."""
    require_operator(routes.caller())
    until = datetime.now(UTC)
    since = until - timedelta(hours=_hours())
    summaries, truncated = orders_placed(days_between(since, until), timestamp(since), limit=MOST_ORDERS)
    orders = [placed_order(summary) for summary in summaries if is_readable(summary["pk"], summary)]
    # An order placed after `until` was computed may be in the result.
    orders = [order for order in orders if order.placed_at <= until]
    return json_response(200, activity(orders, since, until, truncated=truncated))


def _hours() -> int:
    text = routes.query_parameter("hours") or str(MOST_HOURS)
    if not (text.isascii() and text.isdigit() and len(text) <= 3 and 1 <= int(text) <= MOST_HOURS):
        raise Problem(400, f"hours is a whole number from 1 to {MOST_HOURS}.", kind="hours")
    return int(text)
