"""What is going on among the orders: `GET /activity?hours=`. For operators.

It reads the summaries of the orders placed in these hours, and counts. Nothing keeps counters, which copies of events
and rebuilds would falsify.
"""

from datetime import UTC, datetime, timedelta

from kernel.http_application import HttpApplication, answer
from kernel.identity import require_operator
from kernel.problems import Problem
from kernel.timestamps import timestamp

from aws_lambda_powertools.event_handler import Response

from activity import activity, days_between, placed_order
from order_view import is_readable
from view_store import orders_placed

MOST_HOURS = 24
# Some 10 reads of 100 summaries each.
MOST_ORDERS = 1000

app = HttpApplication()
handler = app.lambda_handler()


@app.get("/activity")
def get_activity() -> Response[str]:
    """Answer 200 with the counts; where there are too many orders, with those of the newest, and says so."""
    require_operator(app.caller())
    until = datetime.now(UTC)
    since = until - timedelta(hours=_hours())
    summaries, truncated = orders_placed(days_between(since, until), timestamp(since), limit=MOST_ORDERS)
    orders = [placed_order(summary) for summary in summaries if is_readable(summary["pk"], summary)]
    # A summary may be newer than `until` by now.
    orders = [order for order in orders if order.placed_at <= until]
    return answer(200, activity(orders, since, until, truncated=truncated))


def _hours() -> int:
    text = app.current_event.get_query_string_value("hours") or str(MOST_HOURS)
    if not (text.isascii() and text.isdigit() and len(text) <= 3 and 1 <= int(text) <= MOST_HOURS):
        raise Problem(400, f"hours is a whole number from 1 to {MOST_HOURS}.", kind="hours")
    return int(text)
