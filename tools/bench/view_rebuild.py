"""How fast the views are rebuilt from the event store."""

import time
from collections.abc import Iterator
from datetime import datetime

from tools.bench.arena import Arena, wait_until
from tools.bench.sample import Group, Sample

FLOOR = "floor: PutItem, one after the other, a second"
PUTS = 300


def measure(arena: Arena, rounds: int) -> Iterator[Group]:
    """Rebuild the views `rounds` times, each after a run of the floor. Yields what is known so far."""
    # The first one starts a process for each object that is replayed at once.
    _events_a_second(arena)
    puts: list[float] = []
    events: list[float] = []
    for _ in range(rounds):
        puts.append(_puts_a_second(arena))
        events.append(_events_a_second(arena))
        yield Group(
            "rebuild",
            (Sample(FLOOR, "1/s", tuple(puts)), Sample("events replayed a second", "1/s", tuple(events), FLOOR)),
        )


def _puts_a_second(arena: Arena) -> float:
    """Two of these are what an event costs the views' table: its place in the timeline, and its group."""
    started = time.perf_counter()
    for number in range(PUTS):
        key = {"pk": {"S": "BENCH"}, "sk": {"S": str(number)}}
        arena.dynamodb.put_item(TableName=arena.table("Views"), Item=key)
    return PUTS / (time.perf_counter() - started)


def _events_a_second(arena: Arena) -> float:
    rebuild_id = arena.operator.start_rebuild()["rebuild_id"]
    wait_until(
        lambda: bool(arena.operator.rebuild(rebuild_id)["status"] != "RUNNING"), "the rebuild", every_seconds=0.25
    )
    state = arena.operator.rebuild(rebuild_id)
    started, ended = (datetime.fromisoformat(state[moment]) for moment in ("started_at", "ended_at"))
    return float(state["events"]["applied"] / (ended - started).total_seconds())
