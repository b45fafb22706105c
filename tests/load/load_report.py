"""What a load test's requests come to: percentiles for each step, and the step at which the shop breaks. Pure."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from rich.console import Console
from rich.table import Table

ORDER = "an order until it is decided"
TURNED_AWAY = "turned away"
VISIT = "visit: "
BARS = "▁▂▃▄▅▆▇█"
# The shop is broken where one answer of a hundred is a failure, or where an answer to one request of twenty takes as
# long as ApiLatencyAlarm rings for, or where one order of twenty waits so long for its decision.
MOST_FAILURES = 0.01
SLOWEST_ANSWER_MS = 3000
SLOWEST_DECISION_MS = 15_000

Request = Mapping[str, Any]


class Percentiles(NamedTuple):
    """Milliseconds that half, 95 and 99 of a hundred took at most, and how many there were."""

    count: int
    p50: float
    p95: float
    p99: float


class Step(NamedTuple):
    """What happened while so many visitors came a second."""

    rate: float
    visits: int
    failures: int
    answers: Percentiles
    placing: Percentiles
    decisions: Percentiles
    statuses: Mapping[str, int]
    trend: Sequence[float]

    @property
    def breaks_by(self) -> str | None:
        """Why the shop does not keep up with this rate; None where it does."""
        asked = self.answers.count + self.decisions.count
        if asked and self.failures / asked > MOST_FAILURES:
            return f"{self.failures} failures of {asked}: " + ", ".join(f"{n} x {s}" for s, n in self.statuses.items())
        if self.answers.p95 > SLOWEST_ANSWER_MS:
            return f"one answer of twenty takes {self.answers.p95 / 1000:.1f} s or more"
        if self.decisions.p95 > SLOWEST_DECISION_MS:
            return f"one order of twenty waits {self.decisions.p95 / 1000:.1f} s or more for its decision"
        return None


def percentiles(values: Iterable[float]) -> Percentiles:
    """Return the nearest-rank percentiles of `values`; zeros, where there are none."""
    ordered = sorted(values)
    if not ordered:
        return Percentiles(0, 0, 0, 0)

    def at(share: float) -> float:
        return ordered[max(0, -(-len(ordered) * share // 100).__int__() - 1)]

    return Percentiles(len(ordered), at(50), at(95), at(99))


def steps_of(requests: Iterable[Request], rates: Sequence[float], trend_seconds: float) -> list[Step]:
    """Return what happened in each step.

    Args:
        requests: the lines that visits.py writes.
        rates: visitors a second, of each step.
        trend_seconds: a point of the trend is the 95th percentile of so many seconds.
    """
    by_step: dict[int, list[Request]] = {number: [] for number in range(len(rates))}
    for request in requests:
        by_step[request["step"]].append(request)
    return [_step(rate, by_step[number], trend_seconds) for number, rate in enumerate(rates)]


def _step(rate: float, requests: list[Request], trend_seconds: float) -> Step:
    visits = [request for request in requests if request["name"].startswith(VISIT)]
    asked = [request for request in requests if not request["name"].startswith((VISIT, ORDER, TURNED_AWAY))]
    decided = [request for request in requests if request["name"] == ORDER]
    failed = [request for request in requests if not request["ok"]]
    moments: dict[int, list[float]] = {}
    for request in asked:
        moments.setdefault(int(request["second"] // trend_seconds), []).append(request["ms"])
    return Step(
        rate=rate,
        visits=len(visits),
        failures=len(failed),
        answers=percentiles(request["ms"] for request in asked),
        placing=percentiles(request["ms"] for request in asked if request["name"] == "POST /orders"),
        decisions=percentiles(request["ms"] for request in decided if request["ok"]),
        statuses=Counter(map(_complaint, failed)),
        trend=[percentiles(moments[moment]).p95 for moment in sorted(moments)],
    )


def _complaint(request: Request) -> str:
    if request["status"]:
        return str(request["status"])
    return request["name"] if request["name"].startswith((ORDER, TURNED_AWAY)) else "no answer"


def breaking_point(steps: Sequence[Step]) -> Step | None:
    """Return the first step that the shop does not keep up with, or None."""
    return next((step for step in steps if step.breaks_by), None)


def sparkline(values: Sequence[float], most: float) -> str:
    """Return `values` as a row of bars, the full one for `most`."""
    return "".join(BARS[min(len(BARS) - 1, int(value / most * (len(BARS) - 1) + 0.5))] for value in values)


def show(console: Console, steps: Sequence[Step], step_seconds: float) -> None:
    """Print a row for each step, and where the shop breaks."""
    table = Table(box=None, padding=(0, 2), header_style="dim")
    for heading in (
        "visitors/s",
        "requests/s",
        "orders/s",
        "failures",
        "all answers ms",
        "POST /orders ms",
        "decided s",
    ):
        table.add_column(heading, justify="right")
    table.add_column("95th percentile over time")
    most = max((value for step in steps for value in step.trend), default=0) or 1
    for step in steps:
        table.add_row(
            f"{step.rate:g}",
            f"{step.answers.count / step_seconds:.1f}",
            f"{step.placing.count / step_seconds:.1f}",
            f"[red]{step.failures}[/red]" if step.failures else "0",
            _three(step.answers),
            _three(step.placing),
            _three(step.decisions, 1000),
            f"{'[red]' if step.breaks_by else '[green]'}{sparkline(step.trend, most)}[/]",
        )
    console.print(table)
    console.print(f"[dim]50th / 95th / 99th percentile; a full bar is {most:.0f} ms[/dim]\n")
    broken = breaking_point(steps)
    if broken:
        console.print(f"[bold]It breaks at a rate of {broken.rate:g} visitors a second[/bold]: {broken.breaks_by}.")
    else:
        console.print(f"[bold]It keeps up with {steps[-1].rate:g} visitors a second.[/bold]")


def _three(found: Percentiles, unit: float = 1) -> str:
    if not found.count:
        return "-"
    return " / ".join(f"{value / unit:.0f}" if unit == 1 else f"{value / unit:.1f}" for value in found[1:])
