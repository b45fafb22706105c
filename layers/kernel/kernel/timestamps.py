"""Points in time as text: UTC, RFC 3339, microseconds, fixed width, so that sorting the text sorts the times."""

from datetime import UTC, datetime
from typing import Annotated

from pydantic import AfterValidator, StringConstraints


def _existing(text: str) -> str:
    """Refuse a time that the calendar does not have, such as 2026-02-30. Raises: ValueError."""
    datetime.fromisoformat(text)
    return text


Timestamp = Annotated[
    str, StringConstraints(pattern=r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$"), AfterValidator(_existing)
]


def timestamp(moment: datetime) -> Timestamp:
    """Return `moment` (any time zone) as, for example, `2026-11-20T15:38:00.000123Z`."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def now() -> Timestamp:
    """Return the present moment."""
    return timestamp(datetime.now(UTC))


def seconds_between(earlier: Timestamp, later: Timestamp) -> float:
    """Return the seconds from one time to another; negative where the other comes first."""
    return (datetime.fromisoformat(later) - datetime.fromisoformat(earlier)).total_seconds()
