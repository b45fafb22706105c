"""Summarize a load test: percentiles for each step, and the step at which the shop breaks. Pure."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from rich.console import Console
from rich.table import Table

ORDER = "order decision"
NOT_ADMITTED = "visitor not admitted"
VISIT = "visit: "
BARS = "▁▂▃▄▅▆▇█"
# The shop breaks if 1 % of the requests fail, if the 95th percentile of the responses reaches ApiLatencyAlarm's
# threshold, or if the 95th percentile of the decisions takes longer than 15 s.
MAX_FAILURES = 0.01
MAX_RESPONSE_MS = 3000
MAX_DECISION_MS = 15_000

Request = Mapping[str, Any]


class Percentiles(NamedTuple):
    """The 50th, 95th and 99th percentile in milliseconds, and the number of values."""

    count: int
    p50: float
    p95: float
    p99: float


class Step(NamedTuple):
    """The measurements of one step.

    Attributes:
        rate: Visitors per second.
        visits: Number of visits.
        failures: Failed requests, undecided orders, and visitors that were not admitted.
        responses: Response times of all requests.
        placing: Response times of `POST /orders`.
        decisions: Times from the response to the order's decision.
        statuses: Number of failures by status or cause.
        trend: The 95th percentile of the response times over time, in milliseconds.
    """

    rate: float
    visits: int
    failures: int
    responses: Percentiles
    placing: Percentiles
    decisions: Percentiles
    statuses: Mapping[str, int]
    trend: Sequence[float]

    @property
    def exceeded_limit(self) -> str | None:
        """The reason why the shop does not keep up with this rate, or None if it does."""
        requests = self.responses.count + self.decisions.count
        if requests and self.failures / requests > MAX_FAILURES:
            return f"{self.failures} of {requests} requests failed: " + ", ".join(
                f"{n} x {s}" for s, n in self.statuses.items()
            )
        if self.responses.p95 > MAX_RESPONSE_MS:
            return f"5 % of the responses take {self.responses.p95 / 1000:.1f} s or more"
        if self.decisions.p95 > MAX_DECISION_MS:
            return f"5 % of the orders wait {self.decisions.p95 / 1000:.1f} s or more for their decision"
        return None


def percentiles(values: Iterable[float]) -> Percentiles:
    """Return the nearest-rank percentiles of `values`, or zeros if there are no values."""
    ordered = sorted(values)
    if not ordered:
        return Percentiles(0, 0, 0, 0)

    def at(share: float) -> float:
        return ordered[max(0, -(-len(ordered) * share // 100).__int__() - 1)]

    return Percentiles(len(ordered), at(50), at(95), at(99))


def steps_of(requests: Iterable[Request], rates: Sequence[float], trend_seconds: float) -> list[Step]:
    """Return the measurements of each step.

    Args:
        requests: The lines that visits.py writes.
        rates: Visitors per second of each step.
        trend_seconds: Length of the period of each point of the trend.
    """
    by_step: dict[int, list[Request]] = {number: [] for number in range(len(rates))}
    for request in requests:
        by_step[request["step"]].append(request)
    return [_step(rate, by_step[number], trend_seconds) for number, rate in enumerate(rates)]


def _step(rate: float, requests: list[Request], trend_seconds: float) -> Step:
    visits = [request for request in requests if request["name"].startswith(VISIT)]
    sent = [request for request in requests if not request["name"].startswith((VISIT, ORDER, NOT_ADMITTED))]
    decided = [request for request in requests if request["name"] == ORDER]
    failed = [request for request in requests if not request["ok"]]
    moments: dict[int, list[float]] = {}
    for request in sent:
        moments.setdefault(int(request["second"] // trend_seconds), []).append(request["ms"])
    return Step(
        rate=rate,
        visits=len(visits),
        failures=len(failed),
        responses=percentiles(request["ms"] for request in sent),
        placing=percentiles(request["ms"] for request in sent if request["name"] == "POST /orders"),
        decisions=percentiles(request["ms"] for request in decided if request["ok"]),
        statuses=Counter(map(_cause, failed)),
        trend=[percentiles(moments[moment]).p95 for moment in sorted(moments)],
    )


def _cause(request: Request) -> str:
    if request["status"]:
        return str(request["status"])
    return request["name"] if request["name"].startswith((ORDER, NOT_ADMITTED)) else "no response"


def breaking_point(steps: Sequence[Step]) -> Step | None:
    """Return the first step that the shop does not keep up with, or None."""
    return next((step for step in steps if step.exceeded_limit), None)


def sparkline(values: Sequence[float], most: float) -> str:
    """Return `values` as a row of bars. A full bar means `most`."""
    return "".join(BARS[min(len(BARS) - 1, int(value / most * (len(BARS) - 1) + 0.5))] for value in values)


def show(console: Console, steps: Sequence[Step], step_seconds: float) -> None:
    """Print a row for each step, and the rate at which the shop breaks."""
    table = Table(box=None, padding=(0, 2), header_style="dim")
    for heading in (
        "visitors/s",
        "requests/s",
        "orders/s",
        "failures",
        "responses ms",
        "POST /orders ms",
        "decided s",
    ):
        table.add_column(heading, justify="right")
    table.add_column("95th percentile over time")
    most = max((value for step in steps for value in step.trend), default=0) or 1
    for step in steps:
        table.add_row(
            f"{step.rate:g}",
            f"{step.responses.count / step_seconds:.1f}",
            f"{step.placing.count / step_seconds:.1f}",
            f"[red]{step.failures}[/red]" if step.failures else "0",
            _three(step.responses),
            _three(step.placing),
            _three(step.decisions, 1000),
            f"{'[red]' if step.exceeded_limit else '[green]'}{sparkline(step.trend, most)}[/]",
        )
    console.print(table)
    console.print(f"[dim]50th / 95th / 99th percentile; a full bar is {most:.0f} ms[/dim]\n")
    broken = breaking_point(steps)
    if broken:
        console.print(f"[bold]The shop breaks at {broken.rate:g} visitors per second[/bold]: {broken.exceeded_limit}.")
    else:
        console.print(f"[bold]The shop keeps up with {steps[-1].rate:g} visitors per second.[/bold]")


def _three(measured: Percentiles, unit: float = 1) -> str:
    if not measured.count:
        return "-"
    return " / ".join(f"{value / unit:.0f}" if unit == 1 else f"{value / unit:.1f}" for value in measured[1:])
