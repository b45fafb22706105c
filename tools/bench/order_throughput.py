"""Measure the throughput in orders per second, with a constant number of orders in flight."""

import time
from collections.abc import Callable, Collection, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor

from tools.bench.environment import MAX_WAIT_SECONDS, ORDER, BenchEnvironment
from tools.bench.order_latency import shown_as_final
from tools.bench.sample import Group, Sample

PUT = "floor: PutItem by one route, requests per second"
SAGA = "floor: sagas of five empty tasks per second"
ORDERS = "orders per second, until all are final in the view"
FAILURES = "orders that were not confirmed"
POLL_SECONDS = 0.05


def measure(environment: BenchEnvironment, orders: int, in_flight: int, rounds: int) -> Iterator[Group]:
    """Measure each floor and the shop in turn, with `orders` calls each. Yields the results after each round."""
    # Warm-up: starts as many processes of each function as there are orders in flight.
    shop_rate(environment, 2 * in_flight, in_flight)
    rates: dict[str, list[float]] = {PUT: [], SAGA: [], ORDERS: []}
    failures: list[float] = []
    each = orders // rounds
    for _ in range(rounds):
        rates[PUT].append(rate(each, in_flight, environment.floor.put, lambda items: dict.fromkeys(items, True))[0])
        rates[SAGA].append(rate(each, in_flight, environment.floor.start_saga, environment.floor.ended)[0])
        confirmed, failed = shop_rate(environment, each, in_flight)
        rates[ORDERS].append(confirmed)
        failures.append(failed)
        yield Group(
            "throughput",
            (
                Sample(PUT, "1/s", tuple(rates[PUT])),
                Sample(SAGA, "1/s", tuple(rates[SAGA])),
                Sample(ORDERS, "1/s", tuple(rates[ORDERS]), SAGA),
                Sample(FAILURES, "orders", tuple(failures)),
            ),
        )


def shop_rate(environment: BenchEnvironment, orders: int, in_flight: int) -> tuple[float, int]:
    """Place orders, and wait until their views are final. Returns what `rate` returns."""
    return rate(
        orders,
        in_flight,
        lambda: str(environment.customer.place_order(ORDER)["order_id"]),
        lambda order_ids: shown_as_final(environment, list(order_ids)),
    )


def rate(
    number: int,
    in_flight: int,
    start: Callable[[], str],
    ended: Callable[[Collection[str]], Mapping[str, bool]],
) -> tuple[float, int]:
    """Start `number` runs, with at most `in_flight` at the same time, and wait until all have ended.

    Args:
        number: How many runs to start.
        in_flight: The maximum number of runs in flight.
        start: Starts a run and returns its name.
        ended: Returns which of the given runs have ended, and whether each succeeded.

    Returns:
        The successful runs per second, and the number of failed runs. A run has failed if it was rejected, ended
        without success, or did not end in time.
    """
    begun = time.perf_counter()
    runs = _Runs(start, ended)
    with ThreadPoolExecutor(in_flight) as pool:
        while runs.succeeded + runs.failed < number:
            while runs.begun < number and runs.in_flight < in_flight:
                runs.begin(pool)
            runs.poll()
            time.sleep(POLL_SECONDS)
    return runs.succeeded / (time.perf_counter() - begun), runs.failed


class _Runs:
    """The runs in flight, and the counts of those that have ended."""

    def __init__(self, start: Callable[[], str], ended: Callable[[Collection[str]], Mapping[str, bool]]) -> None:
        self._start = start
        self._ended = ended
        self._starting: set[Future[str]] = set()
        self._running: dict[str, float] = {}
        self.begun = self.succeeded = self.failed = 0

    @property
    def in_flight(self) -> int:
        return len(self._starting) + len(self._running)

    def begin(self, pool: ThreadPoolExecutor) -> None:
        self._starting.add(pool.submit(self._start))
        self.begun += 1

    def poll(self) -> None:
        """Count the runs that were rejected, that have ended, and that have timed out."""
        started = {run for run in self._starting if run.done()}
        self._starting -= started
        for run in started:
            if run.exception():
                self.failed += 1
            else:
                self._running[run.result()] = time.perf_counter()
        for name, success in self._ended(self._running.keys()).items() if self._running else ():
            del self._running[name]
            self.succeeded += success
            self.failed += not success
        for name in [name for name, since in self._running.items() if since < time.perf_counter() - MAX_WAIT_SECONDS]:
            del self._running[name]
            self.failed += 1
