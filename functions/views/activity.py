"""Statistics of recent orders: counts by status over time, rejection reasons, seconds to the decision. Pure."""

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from typing_extensions import TypedDict

from kernel.timestamps import Timestamp, timestamp

# A chart with many bars is hard to read. A range that begins inside a step has one bar more.
MAX_BUCKETS = 24
# The sequence of the decision right after OrderPlaced. Every event of the orders service in between is about a wait
# for an operator or for the customer's bank.
SEQUENCE_WITHOUT_WAITING = 2
# The reasons of rejections by a fault: a provider did not answer. The other reasons are answers of a service.
FAULTS = {"PAYMENT_UNAVAILABLE", "SHIPPING_UNAVAILABLE"}
STEPS = tuple(timedelta(minutes=minutes) for minutes in (5, 15, 30, 60))


class Bucket(TypedDict):
    """The orders placed in the interval that begins at `start`, counted by their current status."""

    start: Timestamp
    statuses: dict[str, int]


class Rejections(TypedDict):
    """The number of rejected orders with this reason, and whether a fault rejected them."""

    reason: str
    orders: int
    is_fault: bool


class Percentiles(TypedDict):
    """The 50th and 95th percentile of the seconds of this number of orders."""

    orders: int
    p50: float
    p95: float


class SecondsToDecide(TypedDict):
    """The seconds from placing an order to its confirmation or rejection. Null without such orders.

    `system` leaves out the orders that waited for an operator or for the customer's bank. `people` has only those.
    """

    system: Percentiles | None
    people: Percentiles | None


class Activity(TypedDict):
    """Statistics of the orders placed from `since` to `until`. If `truncated`, only the newest orders are counted."""

    since: Timestamp
    until: Timestamp
    orders: int
    truncated: bool
    buckets: list[Bucket]
    rejections: list[Rejections]
    seconds_to_decide: SecondsToDecide


class PlacedOrder(NamedTuple):
    """An order's current status, with the times when it was placed and decided.

    Attributes:
        decided_at: When the order was confirmed or rejected. None if it was cancelled, because the customer chose when.
        waited: Whether the order waited for an operator or for its payment before it was decided.
    """

    placed_at: datetime
    status: str
    reason: str | None = None
    decided_at: datetime | None = None
    waited: bool = False


def placed_order(summary: Mapping[str, Any]) -> PlacedOrder:
    """Return the order from the stored summary of its view."""
    decision = summary.get("decision", {})
    decided_at = decision.get("decided_at") if decision.get("decision") != "CANCELLED" else None
    return PlacedOrder(
        placed_at=datetime.fromisoformat(summary["ordered"]["placed_at"]),
        status=summary["order"]["status"],
        reason=summary["order"].get("reason"),
        decided_at=datetime.fromisoformat(decided_at) if decided_at else None,
        waited=summary.get("decision_seq", 0) > SEQUENCE_WITHOUT_WAITING,
    )


def activity(orders: Sequence[PlacedOrder], since: datetime, until: datetime, *, truncated: bool) -> Activity:
    """Return the statistics of `orders`, which were all placed from `since` to `until`."""
    return {
        "since": timestamp(since),
        "until": timestamp(until),
        "orders": len(orders),
        "truncated": truncated,
        "buckets": _buckets(orders, since, until),
        "rejections": _rejections(orders),
        "seconds_to_decide": {
            "system": _percentiles(order for order in orders if not order.waited),
            "people": _percentiles(order for order in orders if order.waited),
        },
    }


def percentile(values: Iterable[float], share: float) -> float:
    """Return a percentile of `values` by the nearest-rank method.

    Args:
        values: At least one value.
        share: The percentile as a number from 0 to 1.
    """
    ordered = sorted(values)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]


def _buckets(orders: Iterable[PlacedOrder], since: datetime, until: datetime) -> list[Bucket]:
    step = next((step for step in STEPS if (until - since) / step <= MAX_BUCKETS), STEPS[-1])
    first = _floor(since, step)
    counts: list[Counter[str]] = [Counter() for _ in range((until - first) // step + 1)]
    for order in orders:
        counts[(order.placed_at - first) // step][order.status] += 1
    return [{"start": timestamp(first + place * step), "statuses": dict(count)} for place, count in enumerate(counts)]


def _floor(moment: datetime, step: timedelta) -> datetime:
    midnight = moment.replace(hour=0, minute=0, second=0, microsecond=0)
    return midnight + (moment - midnight) // step * step


def _rejections(orders: Iterable[PlacedOrder]) -> list[Rejections]:
    # An order that needs attention also has the reason of its rejection. It counts as rejected once it is resolved.
    reasons = Counter(order.reason for order in orders if order.status == "REJECTED" and order.reason is not None)
    return [
        {"reason": reason, "orders": count, "is_fault": reason in FAULTS} for reason, count in reasons.most_common()
    ]


def _percentiles(orders: Iterable[PlacedOrder]) -> Percentiles | None:
    seconds = [(order.decided_at - order.placed_at).total_seconds() for order in orders if order.decided_at]
    if not seconds:
        return None
    return {"orders": len(seconds), "p50": percentile(seconds, 0.5), "p95": percentile(seconds, 0.95)}
