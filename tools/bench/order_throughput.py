"""How many orders a second the shop takes, when so many are always in flight."""

import time
from collections.abc import Callable, Collection, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor

from tools.bench.arena import LONGEST_WAIT_SECONDS, ORDER, Arena
from tools.bench.order_latency import shown_as_final
from tools.bench.sample import Group, Sample

PUT = "floor: PutItem by one route, requests a second"
SAGA = "floor: sagas of five empty tasks a second"
ORDERS = "orders a second, until all are final in the view"
FAILURES = "orders that were not confirmed"
LOOK_AGAIN_SECONDS = 0.05


def measure(arena: Arena, orders: int, in_flight: int, rounds: int) -> Iterator[Group]:
    """Run each floor and the shop in turn, `orders` in all for each. Yields what is known so far."""
    # The first time that so many are in flight, as many processes of each function start.
    _shop_rate(arena, 2 * in_flight, in_flight)
    rates: dict[str, list[float]] = {PUT: [], SAGA: [], ORDERS: []}
    failures: list[float] = []
    each = orders // rounds
    for _ in range(rounds):
        rates[PUT].append(rate(each, in_flight, arena.floor.put, lambda items: dict.fromkeys(items, True))[0])
        rates[SAGA].append(rate(each, in_flight, arena.floor.start_saga, arena.floor.ended)[0])
        confirmed, failed = _shop_rate(arena, each, in_flight)
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


def _shop_rate(arena: Arena, orders: int, in_flight: int) -> tuple[float, int]:
    return rate(
        orders,
        in_flight,
        lambda: str(arena.customer.place_order(ORDER)["order_id"]),
        lambda order_ids: shown_as_final(arena, list(order_ids)),
    )


def rate(
    number: int,
    in_flight: int,
    start: Callable[[], str],
    ended: Callable[[Collection[str]], Mapping[str, bool]],
) -> tuple[float, int]:
    """Start `number` things, never more than `in_flight` at once, and see them end.

    Args:
        start: starts one and returns its name.
        ended: tells which of the names have ended, and whether well.

    Returns: how many ended well in a second, and how many failed: were refused, ended badly, or did not end.
    """
    begun = time.perf_counter()
    flight = _Flight(start, ended)
    with ThreadPoolExecutor(in_flight) as pool:
        while flight.done + flight.failed < number:
            while flight.begun < number and flight.in_the_air < in_flight:
                flight.take_off(pool)
            flight.look()
            time.sleep(LOOK_AGAIN_SECONDS)
    return flight.done / (time.perf_counter() - begun), flight.failed


class _Flight:
    """What is on its way: being started, or started and not ended."""

    def __init__(self, start: Callable[[], str], ended: Callable[[Collection[str]], Mapping[str, bool]]) -> None:
        self._start = start
        self._ended = ended
        self._starting: set[Future[str]] = set()
        self._going: dict[str, float] = {}
        self.begun = self.done = self.failed = 0

    @property
    def in_the_air(self) -> int:
        return len(self._starting) + len(self._going)

    def take_off(self, pool: ThreadPoolExecutor) -> None:
        self._starting.add(pool.submit(self._start))
        self.begun += 1

    def look(self) -> None:
        """Count what has been refused, what has ended, and what should have."""
        started = {each for each in self._starting if each.done()}
        self._starting -= started
        for each in started:
            if each.exception():
                self.failed += 1
            else:
                self._going[each.result()] = time.perf_counter()
        for name, well in self._ended(self._going.keys()).items() if self._going else ():
            del self._going[name]
            self.done += well
            self.failed += not well
        for name in [name for name, since in self._going.items() if since < time.perf_counter() - LONGEST_WAIT_SECONDS]:
            del self._going[name]
            self.failed += 1
