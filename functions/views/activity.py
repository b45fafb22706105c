"""What has been going on: how many orders of which status over time, why some are refused, how long it takes. Pure."""

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from typing_extensions import TypedDict

from kernel.timestamps import Timestamp, timestamp

# More columns a chart does not show well. The steps are what people count in.
MOST_BUCKETS = 24
STEPS = tuple(timedelta(minutes=minutes) for minutes in (5, 15, 30, 60))


class Bucket(TypedDict):
    """The orders that were placed in the time that begins with `start`, counted by the status that they have now."""

    start: Timestamp
    statuses: dict[str, int]


class Rejections(TypedDict):
    """How many orders have this reason."""

    reason: str
    orders: int


class SecondsToConfirm(TypedDict):
    """From placing an order to its confirmation: half of them, and 95 of 100, took no longer."""

    p50: float
    p95: float


class Activity(TypedDict):
    """The orders placed from `since` to `until`. `truncated`: there were more; these are the newest of them."""

    since: Timestamp
    until: Timestamp
    orders: int
    truncated: bool
    buckets: list[Bucket]
    rejections: list[Rejections]
    seconds_to_confirm: SecondsToConfirm | None


class PlacedOrder(NamedTuple):
    """An order as it is now, with when it was placed, and when it was confirmed, if it was."""

    placed_at: datetime
    status: str
    reason: str | None = None
    confirmed_at: datetime | None = None


def placed_order(groups: Mapping[str, Any]) -> PlacedOrder:
    """Return what the groups of an order's view tell of it."""
    decision = groups.get("decision", {})
    confirmed_at = decision.get("decided_at") if decision.get("decision") == "CONFIRMED" else None
    return PlacedOrder(
        placed_at=datetime.fromisoformat(groups["ordered"]["placed_at"]),
        status=groups["order"]["status"],
        reason=groups["order"].get("reason"),
        confirmed_at=datetime.fromisoformat(confirmed_at) if confirmed_at else None,
    )


def activity(orders: Sequence[PlacedOrder], since: datetime, until: datetime, *, truncated: bool) -> Activity:
    """Return what the console shows of `orders`, all placed from `since` to `until`."""
    return {
        "since": timestamp(since),
        "until": timestamp(until),
        "orders": len(orders),
        "truncated": truncated,
        "buckets": _buckets(orders, since, until),
        "rejections": _rejections(orders),
        "seconds_to_confirm": _seconds_to_confirm(orders),
    }


def percentile(values: Iterable[float], share: float) -> float:
    """Return the least of `values` that no less than `share` (0 to 1) of them do not exceed: the nearest rank."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]


def days_between(since: datetime, until: datetime) -> list[str]:
    """Return the UTC days, such as `2026-11-20`, from `since` to `until`, the newest first."""
    first, last = since.astimezone(UTC).date(), until.astimezone(UTC).date()
    return [(last - timedelta(days=back)).isoformat() for back in range((last - first).days + 1)]


def _buckets(orders: Iterable[PlacedOrder], since: datetime, until: datetime) -> list[Bucket]:
    step = next((step for step in STEPS if (until - since) / step <= MOST_BUCKETS), STEPS[-1])
    first = _floor(since, step)
    counts: list[Counter[str]] = [Counter() for _ in range((until - first) // step + 1)]
    for order in orders:
        counts[(order.placed_at - first) // step][order.status] += 1
    return [{"start": timestamp(first + place * step), "statuses": dict(count)} for place, count in enumerate(counts)]


def _floor(moment: datetime, step: timedelta) -> datetime:
    midnight = moment.replace(hour=0, minute=0, second=0, microsecond=0)
    return midnight + (moment - midnight) // step * step


def _rejections(orders: Iterable[PlacedOrder]) -> list[Rejections]:
    reasons = Counter(order.reason for order in orders if order.reason is not None)
    return [{"reason": reason, "orders": count} for reason, count in reasons.most_common()]


def _seconds_to_confirm(orders: Iterable[PlacedOrder]) -> SecondsToConfirm | None:
    times = [(order.confirmed_at - order.placed_at).total_seconds() for order in orders if order.confirmed_at]
    if not times:
        return None
    return {"p50": percentile(times, 0.5), "p95": percentile(times, 0.95)}
