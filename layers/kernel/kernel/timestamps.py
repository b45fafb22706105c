"""Points in time as text: RFC 3339 in UTC, with microseconds. All have the same length, so they sort as text."""

from datetime import UTC, datetime
from typing import Annotated

from pydantic import AfterValidator, StringConstraints


def _check_date(text: str) -> str:
    """Reject a date that does not exist, such as 2026-02-30.

    Raises:
        ValueError: The date does not exist.
    """
    datetime.fromisoformat(text)
    return text


Timestamp = Annotated[
    str, StringConstraints(pattern=r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$"), AfterValidator(_check_date)
]


def timestamp(moment: datetime) -> Timestamp:
    """Format `moment` (with any time zone) like `2026-11-20T15:38:00.000123Z`."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def now() -> Timestamp:
    """Return the current time."""
    return timestamp(datetime.now(UTC))


def seconds_between(earlier: Timestamp, later: Timestamp) -> float:
    """Return the seconds from `earlier` to `later`, negative if `later` is first."""
    return (datetime.fromisoformat(later) - datetime.fromisoformat(earlier)).total_seconds()
