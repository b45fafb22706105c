"""Query parameters that are points in time."""

from datetime import UTC, datetime

from kernel.http_application import Routes
from kernel.problems import Problem
from kernel.timestamps import Timestamp, timestamp


def time_parameter(routes: Routes, name: str) -> Timestamp | None:
    """Return the query parameter `name` as a time in UTC, or None if it is absent.

    A time without a zone is in UTC, and a date is its midnight.

    Raises:
        Problem: 400, it is neither an RFC 3339 time nor another form of ISO 8601.
    """
    text = routes.query_parameter(name)
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text)
        return timestamp(moment if moment.tzinfo else moment.replace(tzinfo=UTC))
    except (ValueError, OverflowError):
        raise Problem(
            400,
            f"{name} must be an RFC 3339 time, such as 2026-11-20T15:38:00Z.",
            kind=name.replace("_", "-"),
        ) from None
