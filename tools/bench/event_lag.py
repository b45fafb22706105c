"""How far the event store and the views are behind the tables, by what the functions measure themselves.

The relay and the projector write their lags into their logs, as metrics, for each event: on AWS the same figures are on
the dashboard.
"""

import json
from collections.abc import Iterable

from tools.bench.arena import Arena
from tools.bench.sample import Group, Sample
from tools.terminal.logs import log_groups

LAGS = {
    "RelayEventsFunction": ("ArchiveLag", "from an event's writing until the store has it"),
    "ProjectEventsFunction": ("ProjectionLag", "from an event's writing until the view has it"),
}


def measure(arena: Arena, since: float, floor: Sample) -> Group:
    """Read the lags of all events since a point in time, in seconds since 1970; they are compared with `floor`."""
    samples = []
    for function, (metric, name) in LAGS.items():
        values = lags(_lines(arena, function, since), metric)
        samples.append(Sample(name, "s", tuple(values), floor.name))
    return Group("lag", (floor, *samples))


def lags(lines: Iterable[str], metric: str) -> list[float]:
    """Return the values of a metric in log lines of CloudWatch's embedded metric format."""
    entries = (json.loads(line) for line in lines if f'"{metric}"' in line)
    return [float(value) for entry in entries for value in _listed(entry[metric])]


def _listed(value: float | list[float]) -> list[float]:
    return value if isinstance(value, list) else [value]


def _lines(arena: Arena, function: str, since: float) -> Iterable[str]:
    for group in log_groups(arena.aws, function):
        pages = arena.aws.logs.get_paginator("filter_log_events").paginate(
            logGroupName=group, startTime=int(since * 1000)
        )
        yield from (event["message"].strip() for page in pages for event in page["events"])
