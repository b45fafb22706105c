"""What an order uses: the meters' lines and the logs of a run, brought to one order. Pure.

What depends on how full the batches are is kept apart, as a part for each invocation and one for each record: how
many records come in one invocation is the engine's doing, and at another rate another.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Self

Meters = Iterable[Mapping[str, Any]]

KILOBYTE = 1024
# Each record of Firehose is rounded up to 5 KB: https://aws.amazon.com/firehose/pricing/
FIREHOSE_STEP = 5 * KILOBYTE
# These run by the clock, whether orders come or not.
SCHEDULED = {"SweepOrdersFunction", "ChaseTasksFunction"}
RELAY = "RelayEventsFunction"
# Where an invocation's records are from: this, and a name of the template.
STREAM, QUEUE = "stream:", "queue:"


class Calls(NamedTuple):
    """The calls of AWS that a function makes, by service and operation: for an invocation, and for each record more."""

    by_invocation: dict[str, float]
    by_record: dict[str, float]


@dataclass
class FunctionUsage:
    """A function's work for one order.

    Attributes:
        invocations: how many there were; another rate fills batches otherwise.
        records: how many stream records or messages there are. Whatever takes no batch has one record an invocation.
        cpu_of_invocation: milliseconds of a whole core for an invocation,
        cpu_of_record: and for each of its records.
        log_bytes: what it logs itself, in bytes, with the 26 that CloudWatch adds to each line.
        log_lines: how many lines that are.
    """

    invocations: float
    records: float
    memory_mb: int
    cpu_of_invocation: float
    cpu_of_record: float
    calls: Calls
    log_bytes: float = 0
    log_lines: float = 0
    says_when_it_runs: bool = True


@dataclass
class StreamUsage:
    """What a table's stream brings the relay, for one order: invocations as measured, records, and events in them."""

    invocations: float
    records: float
    events: float


@dataclass
class OrderUsage:
    """What one order uses.

    Attributes:
        api_requests: to API Gateway, of whoever placed it.
        writes: write request units by table, or table and index.
        reads: read request units by table, or table and index.
        messages: by queue, as SNS delivers them.
        firehose_bytes: rounded up record by record.
        event_bytes: of the events as SNS takes them.
        transitions: of its saga's state machine.
        steps: the functions that the saga calls, and how often.
    """

    orders: int
    api_requests: float
    functions: dict[str, FunctionUsage]
    streams: dict[str, StreamUsage]
    writes: dict[str, float]
    reads: dict[str, float]
    messages: dict[str, float]
    firehose_bytes: float
    event_bytes: float
    transitions: float = 0
    steps: dict[str, float] = field(default_factory=dict)

    @classmethod
    def from_json(cls, content: Mapping[str, Any]) -> Self:
        """Read what `dataclasses.asdict` and JSON made of one."""
        functions = {
            name: FunctionUsage(**{**function, "calls": Calls(*function["calls"])})
            for name, function in content["functions"].items()
        }
        streams = {table: StreamUsage(**stream) for table, stream in content["streams"].items()}
        return cls(**{**content, "functions": functions, "streams": streams})


class LogLine(NamedTuple):
    """A line that a function has logged itself."""

    function: str
    bytes: int


class Fit(NamedTuple):
    """y = fixed + each * x."""

    fixed: float
    each: float


def fit(points: Iterable[tuple[float, float]]) -> Fit:
    """Return the line through `points` of (records, value) by least squares, with no part below zero."""
    points = list(points)
    mean_x = sum(x for x, _ in points) / len(points)
    mean_y = sum(y for _, y in points) / len(points)
    spread = sum((x - mean_x) ** 2 for x, _ in points)
    if not spread:
        return Fit(mean_y, 0.0) if mean_x <= 1 else Fit(0.0, mean_y / mean_x)
    slope = sum((x - mean_x) * (y - mean_y) for x, y in points) / spread
    slope = min(max(slope, 0.0), mean_y / mean_x)
    return Fit(mean_y - slope * mean_x, slope)


def order_usage(
    meters: Meters,
    logs: Iterable[LogLine],
    *,
    orders: int,
    api_requests: float,
    memory_mb: Mapping[str, int],
    silent: Iterable[str] = (),
    more_meters: Meters = (),
) -> OrderUsage:
    """Bring what `orders` orders of one kind took to one order.

    Args:
        meters: the lines of meter.py, with the template's names, and a `source` such as `stream:OrdersTable`.
        logs: the functions' own log lines of that time.
        api_requests: for one order.
        memory_mb: of each function.
        silent: the functions of which Lambda does not log that they start and end.
        more_meters: of a busier time, with fuller batches: only for what an invocation and what a record costs.
    """
    lines = list(meters)
    quiet = set(silent)
    log_bytes, log_lines = _logged(logs)
    by_function = _by_function(lines)
    busier = _by_function([*lines, *more_meters])
    functions = {
        name: FunctionUsage(
            invocations=len(of_function) / orders,
            records=sum(line["records"] for line in of_function) / orders,
            memory_mb=memory_mb[name],
            log_bytes=log_bytes[name] / orders,
            log_lines=log_lines[name] / orders,
            says_when_it_runs=name not in quiet,
            **_work(busier[name]),
        )
        for name, of_function in by_function.items()
    }
    return OrderUsage(
        orders=orders,
        api_requests=api_requests,
        functions=functions,
        streams=_streams(by_function.get(RELAY, []), orders),
        writes=_units(lines, "writes", orders),
        reads=_units(lines, "reads", orders),
        messages=_messages(lines, orders),
        firehose_bytes=sum(math.ceil(size / FIREHOSE_STEP) * FIREHOSE_STEP for size in _bytes(lines, "firehose"))
        / orders,
        event_bytes=sum(_bytes(lines, "sns")) / orders,
    )


def _by_function(lines: Meters) -> dict[str, list[Mapping[str, Any]]]:
    found: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
    for line in lines:
        found[line["function"]].append(line)
    return found


def _work(lines: list[Mapping[str, Any]]) -> dict[str, Any]:
    # A process's first invocation makes clients and connections. Lambda's are warm for hours.
    warm = [line for line in lines if line["invocation"] > 1] or lines
    cpu = fit((line["records"], line["cpu_seconds"] * 1000) for line in warm)
    operations = {f"{call['service']}.{call['operation']}" for line in warm for call in line["calls"]}
    fits = {
        operation: fit(
            (
                line["records"],
                sum(f"{call['service']}.{call['operation']}" == operation for call in line["calls"]),
            )
            for line in warm
        )
        for operation in sorted(operations)
    }
    return {
        "cpu_of_invocation": cpu.fixed,
        "cpu_of_record": cpu.each,
        "calls": Calls(
            {operation: line.fixed for operation, line in fits.items()},
            {operation: line.each for operation, line in fits.items()},
        ),
    }


def _logged(logs: Iterable[LogLine]) -> tuple[Counter[str], Counter[str]]:
    size: Counter[str] = Counter()
    lines: Counter[str] = Counter()
    for line in logs:
        size[line.function] += line.bytes + 26
        lines[line.function] += 1
    return size, lines


def _streams(lines: list[Mapping[str, Any]], orders: int) -> dict[str, StreamUsage]:
    found: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
    for line in lines:
        found[line["source"].removeprefix(STREAM)].append(line)
    return {
        table: StreamUsage(
            invocations=len(of_table) / orders,
            records=sum(line["records"] for line in of_table) / orders,
            events=len(list(_bytes(of_table, "firehose"))) / orders,
        )
        for table, of_table in sorted(found.items())
    }


def _messages(lines: Meters, orders: int) -> dict[str, float]:
    found: Counter[str] = Counter()
    for line in lines:
        if line["source"].startswith(QUEUE):
            found[line["source"].removeprefix(QUEUE)] += line["records"]
    return {queue: number / orders for queue, number in sorted(found.items())}


def _units(lines: Meters, kind: str, orders: int) -> dict[str, float]:
    found: Counter[str] = Counter()
    for line in lines:
        for call in line["calls"]:
            found.update(call.get(kind, {}))
            if kind == "writes" and call.get("refused") == "ConditionalCheckFailedException":
                found.update(call["tables"])
    return {name: units / orders for name, units in sorted(found.items())}


def _bytes(lines: Meters, service: str) -> Iterable[int]:
    for line in lines:
        for call in line["calls"]:
            if call["service"] == service:
                yield from call.get("bytes", [])
