"""Measure how far the event store and the views lag behind the tables.

The relay and the projector log their lag as a metric for each event. On AWS, the dashboard shows the same metrics.
"""

import json
from collections.abc import Iterable

from tools.bench.environment import BenchEnvironment
from tools.bench.sample import Group, Sample
from tools.terminal.logs import log_groups

LAGS = {
    "RelayEventsFunction": ("ArchiveLag", "from an event's writing until the store has it"),
    "ProjectEventsFunction": ("ProjectionLag", "from an event's writing until the view has it"),
}


def measure(environment: BenchEnvironment, since: float, floor: Sample) -> Group:
    """Read the lags of all events since `since`, in seconds since 1970, and compare them with `floor`."""
    samples = []
    for function, (metric, name) in LAGS.items():
        values = lags(_lines(environment, function, since), metric)
        samples.append(Sample(name, "s", tuple(values), floor.name))
    return Group("lag", (floor, *samples))


def lags(lines: Iterable[str], metric: str) -> list[float]:
    """Return the values of a metric from log lines in CloudWatch's embedded metric format."""
    entries = (json.loads(line) for line in lines if f'"{metric}"' in line)
    return [float(value) for entry in entries for value in _as_list(entry[metric])]


def _as_list(value: float | list[float]) -> list[float]:
    return value if isinstance(value, list) else [value]


def _lines(environment: BenchEnvironment, function: str, since: float) -> Iterable[str]:
    for group in log_groups(environment.aws, function):
        pages = environment.aws.logs.get_paginator("filter_log_events").paginate(
            logGroupName=group, startTime=int(since * 1000)
        )
        yield from (event["message"].strip() for page in pages for event in page["events"])
