"""The usage of one order, from the meters' lines of a run. Pure.

A function's work is split into a part per invocation and a part per record, because the number of records per
invocation depends on the rate of orders.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from statistics import fmean, linear_regression
from typing import Any, NamedTuple, Self

Meters = Iterable[Mapping[str, Any]]

KILOBYTE = 1024
# Firehose rounds each record up to 5 KB: https://aws.amazon.com/firehose/pricing/
FIREHOSE_STEP = 5 * KILOBYTE
# Functions that run every minute, with or without orders.
SCHEDULED = {"SweepOrdersFunction", "SweepReturnsFunction", "ChaseTasksFunction", "EraseCustomerFunction"}
RELAY = "RelayEventsFunction"
# Prefixes of an invocation's source. A logical id follows.
STREAM, QUEUE = "stream:", "queue:"


class Fit(NamedTuple):
    """y = fixed + each * x."""

    fixed: float
    each: float


NOTHING = Fit(0, 0)


class Calls(NamedTuple):
    """A function's AWS calls, by service and operation: per invocation, and additionally per record."""

    by_invocation: dict[str, float]
    by_record: dict[str, float]


@dataclass
class FunctionUsage:
    """A function's work for one order.

    Attributes:
        invocations: Invocations at the measured rate. Other rates have other batch sizes.
        records: Stream records or messages. A function without batches has one record per invocation.
        memory_mb: The function's memory in MB.
        cpu_of_invocation: CPU time per invocation, in milliseconds of one vCPU.
        cpu_of_record: Additional CPU time per record, in milliseconds of one vCPU.
        calls: The function's AWS calls.
        messages: Bytes of its own log lines per invocation, and additionally per record.
        metrics: The same for the log lines that carry metrics.
        has_platform_logs: Whether Lambda adds START, END and REPORT lines.
    """

    invocations: float
    records: float
    memory_mb: int
    cpu_of_invocation: float
    cpu_of_record: float
    calls: Calls
    messages: Fit = NOTHING
    metrics: Fit = NOTHING
    has_platform_logs: bool = True


@dataclass
class StreamUsage:
    """A function's work for one table's stream and one order: measured invocations, records, and events in them."""

    function: str
    invocations: float
    records: float
    events: float


@dataclass
class OrderUsage:
    """The usage of one order, or of one return.

    Attributes:
        orders: Number of measured orders or returns. All other figures are averages.
        api_requests: Requests to API Gateway.
        functions: The work of each function.
        streams: The work for the streams, by table.
        writes: Write request units, by table, or by table and index.
        reads: Read request units, by table, or by table and index.
        messages: Messages that SNS delivers, by queue.
        firehose_bytes: Bytes sent to Firehose, each record rounded up.
        event_bytes: Bytes of events published to SNS.
        transitions: State transitions of the saga.
        steps: How often the saga calls each function.
        wait_transitions: State transitions of attend_order, which is always a Standard workflow.
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
    wait_transitions: float = 0

    @classmethod
    def from_json(cls, content: Mapping[str, Any]) -> Self:
        """Return the usage that `dataclasses.asdict` and JSON serialized."""
        functions = {
            name: FunctionUsage(
                **function
                | {
                    "calls": Calls(*function["calls"]),
                    "messages": Fit(*function["messages"]),
                    "metrics": Fit(*function["metrics"]),
                }
            )
            for name, function in content["functions"].items()
        }
        streams = {table: StreamUsage(**stream) for table, stream in content["streams"].items()}
        return cls(**{**content, "functions": functions, "streams": streams})


def fit(points: Iterable[tuple[float, float]]) -> Fit:
    """Fit a line through `points` of (records, value) by least squares, with both coefficients at least zero."""
    xs, ys = zip(*points, strict=True)
    mean_x, mean_y = fmean(xs), fmean(ys)
    if min(xs) == max(xs):
        return Fit(mean_y, 0.0) if mean_x <= 1 else Fit(0.0, mean_y / mean_x)
    slope = min(max(linear_regression(xs, ys).slope, 0.0), mean_y / mean_x)
    return Fit(mean_y - slope * mean_x, slope)


def order_usage(
    meters: Meters,
    *,
    orders: int,
    api_requests: float,
    memory_mb: Mapping[str, int],
    silent: Iterable[str] = (),
    more_meters: Meters = (),
) -> OrderUsage:
    """Return the average usage of one order.

    Args:
        meters: The lines of meter.py, with logical ids and a `source` such as `stream:OrdersTable`.
        orders: The number of orders in the period.
        api_requests: Requests to API Gateway per order.
        memory_mb: The memory of each function in MB.
        silent: The functions for which Lambda writes no START, END and REPORT lines.
        more_meters: Lines of a busier period with larger batches, used only to separate the work per invocation from
            the work per record.
    """
    lines = list(meters)
    quiet = set(silent)
    by_function = _by_function(lines)
    busier = _by_function([*lines, *more_meters])
    functions = {
        name: FunctionUsage(
            invocations=len(of_function) / orders,
            records=sum(line["records"] for line in of_function) / orders,
            memory_mb=memory_mb[name],
            has_platform_logs=name not in quiet,
            **_work(busier[name]),
        )
        for name, of_function in by_function.items()
    }
    return OrderUsage(
        orders=orders,
        api_requests=api_requests,
        functions=functions,
        streams=_streams(lines, orders),
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
    # The first invocation of a process creates clients and connections. On Lambda it is rare.
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
        "messages": fit((line["records"], line["logged"]["messages"]) for line in warm),
        "metrics": fit((line["records"], line["logged"]["metrics"]) for line in warm),
        "cpu_of_invocation": cpu.fixed,
        "cpu_of_record": cpu.each,
        "calls": Calls(
            {operation: line.fixed for operation, line in fits.items()},
            {operation: line.each for operation, line in fits.items()},
        ),
    }


def _streams(lines: Meters, orders: int) -> dict[str, StreamUsage]:
    found: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
    for line in lines:
        if line["source"].startswith(STREAM):
            found[line["source"].removeprefix(STREAM)].append(line)
    return {
        table: StreamUsage(
            function=of_table[0]["function"],
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
            if kind == "writes" and call.get("error") == "ConditionalCheckFailedException":
                found.update(call["tables"])
    return {name: units / orders for name, units in sorted(found.items())}


def _bytes(lines: Meters, service: str) -> Iterable[int]:
    for line in lines:
        for call in line["calls"]:
            if call["service"] == service:
                yield from call.get("bytes", [])
