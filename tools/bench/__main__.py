"""`make bench`: measure the shop and its floors, and write tools/bench/results.json and docs/performance.md.

A floor is a lower bound: the least that any serverless application needs for the same task.
"""

import argparse
import os
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from tools.bench import (
    cold_starts,
    developer_wait,
    event_lag,
    first_visits,
    order_budget,
    order_latency,
    order_throughput,
    results_file,
    view_reads,
    view_rebuild,
)
from tools.bench.environment import BenchEnvironment
from tools.bench.floor import Floor
from tools.bench.results_document import with_results
from tools.bench.results_table import table
from tools.bench.sample import Group
from tools.local_cloud import up
from tools.local_cloud.cloud import ROOT, LocalCloud
from tools.terminal.console import SafeConsole, reports_errors

DOCUMENT = ROOT / "docs" / "performance.md"
PARTS = ("latency", "rebuild", "throughput", "budget", "reads", "first-visits", "cold-starts", "wait")
WARM_UP_ORDERS = 3


@dataclass(frozen=True)
class Plan:
    """How often each part is measured.

    Attributes:
        latency_orders: Orders whose latency is measured.
        throughput_orders: Orders placed for the throughput, in all rounds together.
        throughput_rounds: Rounds of the throughput measurement.
        in_flight: Orders in flight during the measurements of throughput and budget.
        budget_orders: Orders whose budget is measured, one at a time and then together.
        rebuilds: Rebuilds of the views.
        orders_of_one: Orders of the customer with many orders.
        reads: Rounds of the read measurement.
        visits: First visits of each page.
        starts: Cold starts of each function.
        changes: Changed lines that are built and deployed.
    """

    latency_orders: int
    throughput_orders: int
    throughput_rounds: int
    in_flight: int
    budget_orders: int
    rebuilds: int
    orders_of_one: int
    reads: int
    visits: int
    starts: int
    changes: int


FULL = Plan(50, 300, 3, 16, 64, 3, 10_000, 30, 5, 9, 3)
QUICK = Plan(10, 48, 1, 16, 32, 1, 2_000, 10, 1, 1, 1)


@dataclass
class Bench:
    """A run of the benchmark, with the results so far."""

    console: Console
    plan: Plan
    save: Callable[[Sequence[Group]], None]
    groups: list[Group] = field(default_factory=list)

    def run(self, cloud: LocalCloud, parts: Sequence[str]) -> None:
        """Start a local cloud, measure `parts` on it, and remove it."""
        try:
            stack, group = developer_wait.bring_up_cold(cloud, self.console)
            if "wait" in parts:
                self.show(group)
            if set(parts) & {"latency", "rebuild", "throughput", "budget", "reads", "first-visits"}:
                environment = BenchEnvironment(cloud, stack, Floor.deploy(cloud))
                self.console.print("Warming up: the first order starts every function", style="dim")
                environment.add_stock()
                list(order_latency.measure(environment, WARM_UP_ORDERS))
                self._measure_shop(environment, parts)
            if "cold-starts" in parts:
                self._watch("cold starts", self.plan.starts, cold_starts.measure(cloud.build_dir, self.plan.starts))
                self.show(cold_starts.measure_collection(cloud.build_dir, 2 * self.plan.starts))
                self.show(cold_starts.measure_modules(cloud.build_dir))
                self.show(cold_starts.measure_sizes(cloud.build_dir))
            if "wait" in parts:
                self.show(developer_wait.bring_up_warm(cloud, self.console))
                self.show(developer_wait.change_a_line(cloud, self.console, self.plan.changes))
        finally:
            up.remove(cloud)

    def _measure_shop(self, environment: BenchEnvironment, parts: Sequence[str]) -> None:
        plan = self.plan
        started = time.time()
        if "latency" in parts:
            latency = self._watch(
                "latency", plan.latency_orders, order_latency.measure(environment, plan.latency_orders)
            )
            self.show(event_lag.measure(environment, started, latency.samples[0]))
        if "rebuild" in parts:
            self._watch("rebuild", plan.rebuilds, view_rebuild.measure(environment, plan.rebuilds))
        if "throughput" in parts:
            rounds = plan.throughput_rounds
            running = order_throughput.measure(environment, plan.throughput_orders, plan.in_flight, rounds)
            self._watch("throughput", rounds, running)
        if "budget" in parts:
            self._watch("budget", 1, order_budget.measure(environment, plan.budget_orders, plan.in_flight))
        if "reads" in parts:
            self._watch("reads", plan.reads, view_reads.measure(environment, plan.orders_of_one, plan.reads))
        if "first-visits" in parts:
            with first_visits.pages(environment) as visits:
                self._watch("first visits", plan.visits, first_visits.measure(visits, plan.visits))
                self.show(first_visits.measure_sizes(visits))

    def _watch(self, name: str, rounds: int, running: Iterable[Group]) -> Group:
        """Show the progress of a measurement, and then its result."""
        columns = (TextColumn(name), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
        with Progress(*columns, console=self.console, transient=True) as bar:
            task = bar.add_task(name, total=rounds)
            for group in running:
                bar.advance(task)
                last = group
        self.show(last)
        return last

    def show(self, group: Group) -> None:
        """Print a group, and save all results so far, so an interrupted run keeps them."""
        self.groups.append(group)
        self.console.print(table(group))
        self.save(self.groups)


@reports_errors
def main(arguments: Sequence[str] = sys.argv[1:]) -> int:
    """Run the benchmark, and return the exit status."""
    options = _parser().parse_args(arguments)
    console = SafeConsole(highlight=False)
    saga_type = os.environ.get("SAGA_TYPE") or "STANDARD"

    def write(groups: Sequence[Group]) -> None:
        results_file.write(groups, saga_type=saga_type)
        DOCUMENT.write_text(with_results(DOCUMENT.read_text(), results_file.read()))

    bench = Bench(console, QUICK, lambda _: None) if options.quick else Bench(console, FULL, write)
    started = time.monotonic()
    try:
        bench.run(LocalCloud.for_tests("bench", saga_type=saga_type), options.only or PARTS)
    except KeyboardInterrupt:
        console.print("\nInterrupted. The results so far are saved, except with QUICK=1.")
        return 130
    if options.quick:
        console.print(
            "These figures are rough, so tools/bench/results.json is unchanged. `make bench` measures precisely."
        )
        return 0
    minutes, seconds = divmod(round(time.monotonic() - started), 60)
    console.print(f"Wrote tools/bench/results.json and docs/performance.md after {minutes} min {seconds} s.")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tools.bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer repetitions: faster, with rougher figures")
    parser.add_argument("--only", nargs="+", choices=PARTS, help="measure these parts only")
    return parser


if __name__ == "__main__":
    sys.exit(main())
