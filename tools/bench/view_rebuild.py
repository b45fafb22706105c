"""Measure the speed of a rebuild of the views from the event store."""

import time
from collections.abc import Iterator
from datetime import datetime

from tools.bench.environment import BenchEnvironment, wait_until
from tools.bench.sample import Group, Sample

FLOOR = "floor: sequential PutItem calls per second"
PUTS = 300


def measure(environment: BenchEnvironment, rounds: int) -> Iterator[Group]:
    """Rebuild the views `rounds` times, each time after the floor. Yields the results after each round."""
    # Warm-up: starts a process for each object that is replayed in parallel.
    _events_per_second(environment)
    puts: list[float] = []
    events: list[float] = []
    for _ in range(rounds):
        puts.append(_puts_per_second(environment))
        events.append(_events_per_second(environment))
        yield Group(
            "rebuild",
            (Sample(FLOOR, "1/s", tuple(puts)), Sample("events replayed per second", "1/s", tuple(events), FLOOR)),
        )


def _puts_per_second(environment: BenchEnvironment) -> float:
    """Return the PutItem calls per second. An event costs two of them: its timeline item and its group."""
    started = time.perf_counter()
    for number in range(PUTS):
        key = {"pk": {"S": "BENCH"}, "sk": {"S": str(number)}}
        environment.aws.dynamodb.put_item(TableName=environment.table("Views"), Item=key)
    return PUTS / (time.perf_counter() - started)


def _events_per_second(environment: BenchEnvironment) -> float:
    rebuild_id = environment.operator.start_rebuild()["rebuild_id"]
    wait_until(
        lambda: bool(environment.operator.rebuild(rebuild_id)["status"] != "RUNNING"), "the rebuild", every_seconds=0.25
    )
    state = environment.operator.rebuild(rebuild_id)
    started, ended = (datetime.fromisoformat(state[moment]) for moment in ("started_at", "ended_at"))
    return float(state["events"]["applied"] / (ended - started).total_seconds())
