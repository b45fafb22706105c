"""Measure what one order takes: calls of functions, log lines, and CPU time of the functions and of the emulator."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping

import psutil

from tools.bench.environment import BenchEnvironment
from tools.bench.order_throughput import rate, shop_rate
from tools.bench.sample import Group, Sample
from tools.local_cloud import emulator
from tools.local_cloud.cloud import LocalCloud, LocalCloudError

FLOOR = "floor: a saga of five empty tasks"
CALLS, LINES = "calls", "log lines"
FUNCTIONS, EMULATOR = "CPU time of functions", "CPU time of the emulator"
# Lambda's own lines about a call.
START, OF_LAMBDA = "START ", ("START ", "END ", "REPORT ")


def measure(environment: BenchEnvironment, orders: int, in_flight: int) -> Iterator[Group]:
    """Measure orders one at a time, `in_flight` orders at the same time, and runs of the empty saga.

    Yields:
        The results, once.
    """

    def run_floor() -> None:
        rate(orders, in_flight, environment.floor.start_saga, environment.floor.ended)

    single = _used(environment, orders, lambda: shop_rate(environment, orders, 1))
    # Warm-up: start the processes that only many orders need.
    shop_rate(environment, 2 * in_flight, in_flight)
    together = _used(environment, orders, lambda: shop_rate(environment, orders, in_flight))
    run_floor()
    floor = _used(environment, orders, run_floor)
    yield Group("budget", tuple(samples(floor, single, together, in_flight)))


def samples(
    floor: Mapping[str, float], single: Mapping[str, float], together: Mapping[str, float], in_flight: int
) -> Iterator[Sample]:
    """Yield what an order takes, beside what a run of the empty saga takes.

    Args:
        floor: What a run takes, by name: calls, log lines, seconds of CPU time.
        single: The same of an order, with one at a time.
        together: The same of an order, with `in_flight` at the same time.
        in_flight: How many orders were in flight.
    """
    # With one order at a time, most of the emulator's CPU time would be its polling.
    for name, unit in ((CALLS, CALLS), (FUNCTIONS, "s"), (EMULATOR, "s")):
        compared = f"{FLOOR}, {name}"
        yield Sample(compared, unit, (floor[name],))
        if name == CALLS:
            yield Sample(f"an order, {name}, one at a time", unit, (single[name],), compared)
        yield Sample(f"an order, {name}, with {in_flight} in flight", unit, (together[name],), compared)
    yield Sample(f"an order, {LINES}, one at a time", "lines", (single[LINES],))


def counted(messages: Iterable[str]) -> Counter[str]:
    """Return the number of calls and of log lines, without Lambda's own lines, in the functions' logs."""
    counts: Counter[str] = Counter()
    for message in messages:
        counts[CALLS] += message.startswith(START)
        counts[LINES] += not message.startswith(OF_LAMBDA)
    return counts


def _used(environment: BenchEnvironment, runs: int, work: Callable[[], object]) -> dict[str, float]:
    """Do the work, and return what each of its runs used."""
    counts = counted(_messages(environment))
    # Read after the logs here and before them below, because reading logs takes CPU time.
    seconds = _cpu_seconds(environment.cloud)
    work()
    used = {name: value - seconds[name] for name, value in _cpu_seconds(environment.cloud).items()}
    used |= counted(_messages(environment)) - counts
    return {name: value / runs for name, value in used.items()}


def _cpu_seconds(cloud: LocalCloud) -> dict[str, float]:
    process = emulator.process(cloud).find()
    if not process:
        raise LocalCloudError("The emulator has ended. Run `make bench` again.")
    own = process.cpu_times()
    # The emulator's record has the CPU time of the functions' processes that have ended.
    seconds = own.children_user + own.children_system
    for child in process.children(recursive=True):
        try:
            times = child.cpu_times()
        except psutil.Error:
            continue
        seconds += times.user + times.system
    return {FUNCTIONS: seconds, EMULATOR: own.user + own.system}


def _messages(environment: BenchEnvironment) -> Iterator[str]:
    logs = environment.aws.logs
    for groups in logs.get_paginator("describe_log_groups").paginate():
        for group in groups["logGroups"]:
            for page in logs.get_paginator("filter_log_events").paginate(logGroupName=group["logGroupName"]):
                yield from (event["message"] for event in page["events"])
