"""The cost of an order: its usage at a rate of orders, multiplied by list prices. Pure.

The emulator's durations depend on the laptop's load, so durations are computed: the measured CPU time, divided by the
share of a vCPU that comes with the function's memory, plus an assumed wait for each AWS call.
"""

import math
from collections.abc import Collection, Mapping
from typing import NamedTuple

from tools.cost.batching import queue_batch, shards, stream_batch
from tools.cost.prices import PriceList
from tools.cost.usage import Fit, FunctionUsage, OrderUsage

MILLION = 1_000_000
GIGABYTE = 1024**3

# With 1,769 MB a function has one vCPU, and with less memory a proportional share:
# https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html
MEMORY_PER_VCPU = 1769
# Assumed waits in milliseconds, with warm connections within a region. Not measured on AWS.
WAITS = {
    "dynamodb.GetItem": 4.0,
    "dynamodb.Query": 4.0,
    "dynamodb.BatchGetItem": 5.0,
    "dynamodb.TransactWriteItems": 14.0,
    "sns.PublishBatch": 15.0,
    "firehose.PutRecordBatch": 12.0,
    "stepfunctions.StartExecution": 20.0,
    "sesv2.SendEmail": 80.0,
}
OTHER_WAIT = 6.0
# Assumed as well.
MILLISECONDS_PER_TRANSITION = 25
# The functions that start one run of a saga for each message.
STARTERS = ("StartFulfilmentFunction", "StartRefundFunction")
# Lambda's own log lines of an invocation, in bytes: START, END and REPORT with the trace's line, each with the 26 bytes
# that CloudWatch adds. https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs.html
PLATFORM_LOG_BYTES = 70 + 53 + 280 + 3 * 26
# SNS accepts ten messages per batch: https://docs.aws.amazon.com/sns/latest/api/API_PublishBatch.html
MESSAGES_PER_BATCH = 10
SNS_STEP = 64 * 1024
# EventDeliveryStream's buffer limits. Firehose delivers when it reaches the first of them.
FIREHOSE_SECONDS, FIREHOSE_BYTES = 60, 5 * 1024 * 1024
# X-Ray's default sampling rule, for all services of an account together:
# https://docs.aws.amazon.com/xray/latest/devguide/xray-console-sampling.html
TRACES_PER_SECOND, SAMPLING_RATE = 1, 0.05


class Telemetry(NamedTuple):
    """The template's parameters that decide what is recorded.

    Attributes:
        tracing: With PassThrough, a sampling rule decides about API requests and sagas, and no stream or queue
            begins a trace.
        log_level: Above INFO, the functions write only metrics.
    """

    tracing: str = "Active"
    log_level: str = "INFO"


BY_DEFAULT = Telemetry()


class Line(NamedTuple):
    """One line of the bill for one million orders."""

    service: str
    what: str
    units: float
    dollars: float


class Queue(NamedTuple):
    """A queue's event source mapping."""

    batch_size: int
    concurrency: int


class Rate(NamedTuple):
    """The work of one order at a rate of orders.

    Attributes:
        orders_per_second: The rate.
        invocations: Invocations per order, by function.
        batches: Records or messages per invocation, by function.
        publishes: PublishBatch calls per order.
        queues: The functions that consume the messages of a queue.
    """

    orders_per_second: float
    invocations: dict[str, float]
    batches: dict[str, float]
    publishes: float
    queues: Collection[str]


def milliseconds(function: FunctionUsage, records: float = 1) -> float:
    """Return the billed duration of a warm invocation with `records` records, in milliseconds."""
    cpu = function.cpu_of_invocation + function.cpu_of_record * records
    waits = sum(
        WAITS.get(operation, OTHER_WAIT) * (number + function.calls.by_record[operation] * records)
        for operation, number in function.calls.by_invocation.items()
    )
    return math.ceil(cpu * MEMORY_PER_VCPU / function.memory_mb + waits)


def at_rate(usage: OrderUsage, orders_per_second: float, queues: Mapping[str, Queue]) -> Rate:
    """Return how often an order invokes each function at a rate of orders.

    Args:
        usage: The measured usage of one order.
        orders_per_second: The rate.
        queues: The queues, by the function that consumes their messages.
    """
    invocations = {name: function.invocations for name, function in usage.functions.items()}
    batches = dict.fromkeys(usage.functions, 1.0)
    publishes = 0.0
    invocations |= dict.fromkeys((stream.function for stream in usage.streams.values()), 0.0)
    for table, stream in usage.streams.items():
        size = stream_batch(
            stream.records * orders_per_second,
            shards(usage.writes.get(table, 0) * orders_per_second),
            least=stream.records / stream.invocations,
        )
        invocations[stream.function] += stream.records / size
        publishes += stream.events / min(MESSAGES_PER_BATCH, max(1, size * stream.events / stream.records))
        batches[stream.function] = usage.functions[stream.function].records / invocations[stream.function]
    consumers = queues.keys() & usage.functions.keys()
    for name in consumers:
        function, queue = usage.functions[name], queues[name]
        fixed = milliseconds(function, 0) / 1000
        batches[name] = queue_batch(
            function.records * orders_per_second,
            seconds_fixed=fixed,
            seconds_each=milliseconds(function, 1) / 1000 - fixed,
            most=queue.batch_size,
            concurrency=queue.concurrency,
        )
        invocations[name] = function.records / batches[name]
    return Rate(orders_per_second, invocations, batches, publishes, consumers)


def bill(
    usage: OrderUsage, rate: Rate, prices: PriceList, saga_type: str, telemetry: Telemetry = BY_DEFAULT
) -> list[Line]:
    """Return the bill for one million orders, most expensive line first.

    Args:
        usage: The measured usage of one order.
        rate: The order's work at a rate of orders.
        prices: The list prices.
        saga_type: STANDARD or EXPRESS.
        telemetry: What is recorded.
    """
    lines = [
        *_api(usage, prices),
        *_lambda(usage, rate, prices),
        *_dynamodb(usage, prices),
        *_states(usage, rate, prices, saga_type),
        *_messaging(usage, rate, prices),
        *_archive(usage, rate, prices),
        *_observability(usage, rate, prices, telemetry),
    ]
    return sorted((line for line in lines if line.units), key=lambda line: -line.dollars)


def total(lines: list[Line]) -> float:
    return sum(line.dollars for line in lines)


def by_service(lines: list[Line]) -> dict[str, float]:
    """Return the dollars per million orders by service, most expensive first."""
    totals: dict[str, float] = {}
    for line in lines:
        totals[line.service] = totals.get(line.service, 0) + line.dollars
    return dict(sorted(totals.items(), key=lambda item: -item[1]))


def _line(prices: PriceList, service: str, price: str, units: float, what: str | None = None) -> Line:
    return Line(service, what or prices.prices[price].unit, units, prices.cost(price, units * MILLION))


def _api(usage: OrderUsage, prices: PriceList) -> list[Line]:
    return [_line(prices, "API Gateway", "api_request", usage.api_requests)]


def _lambda(usage: OrderUsage, rate: Rate, prices: PriceList) -> list[Line]:
    gigabyte_seconds = sum(
        rate.invocations[name] * milliseconds(function, rate.batches[name]) / 1000 * function.memory_mb / 1024
        for name, function in usage.functions.items()
    )
    return [
        _line(prices, "Lambda", "lambda_request", sum(rate.invocations[name] for name in usage.functions)),
        _line(prices, "Lambda", "lambda_gb_second", gigabyte_seconds),
    ]


def _dynamodb(usage: OrderUsage, prices: PriceList) -> list[Line]:
    return [
        _line(prices, "DynamoDB", price, units, f"{price.removeprefix('dynamodb_')}s of {table}")
        for price, by_table in (("dynamodb_write", usage.writes), ("dynamodb_read", usage.reads))
        for table, units in by_table.items()
    ]


def express_seconds(usage: OrderUsage) -> float:
    """Return the billed duration of an order's Express runs, in seconds, rounded up to 100 ms."""
    steps = sum(milliseconds(usage.functions[name]) * number for name, number in usage.steps.items())
    return math.ceil((steps + usage.transitions * MILLISECONDS_PER_TRANSITION) / 100) / 10


def _states(usage: OrderUsage, rate: Rate, prices: PriceList, saga_type: str) -> list[Line]:
    waits = _line(prices, "Step Functions", "states_transition", usage.wait_transitions, "transitions of attend_order")
    if saga_type == "STANDARD":
        return [_line(prices, "Step Functions", "states_transition", usage.transitions), waits]
    runs = _saga_runs(rate)
    # Definition and payload are a few kilobytes, so the minimum of 64 MB is billed.
    return [
        _line(prices, "Step Functions", "states_express_request", runs),
        _line(prices, "Step Functions", "states_express_gb_second", express_seconds(usage) * 64 / 1024),
        waits,
    ]


def _saga_runs(rate: Rate) -> float:
    return sum(rate.invocations.get(name, 0) * rate.batches.get(name, 1) for name in STARTERS)


def _messaging(usage: OrderUsage, rate: Rate, prices: PriceList) -> list[Line]:
    chunks = max(rate.publishes, usage.event_bytes / SNS_STEP)
    sent = sum(usage.messages.values())
    batches = sum(rate.invocations[name] for name in rate.queues)
    return [
        _line(prices, "SNS", "sns_publish", chunks),
        _line(prices, "SQS", "sqs_request", sent, "messages sent"),
        _line(prices, "SQS", "sqs_request", 2 * batches, "batches received and deleted"),
    ]


def _archive(usage: OrderUsage, rate: Rate, prices: PriceList) -> list[Line]:
    by_time = 1 / FIREHOSE_SECONDS / rate.orders_per_second
    by_size = usage.event_bytes / FIREHOSE_BYTES
    return [
        _line(prices, "Firehose", "firehose_gb", usage.firehose_bytes / GIGABYTE),
        _line(prices, "S3", "s3_put", max(by_time, by_size) if usage.firehose_bytes else 0),
    ]


def _observability(usage: OrderUsage, rate: Rate, prices: PriceList, telemetry: Telemetry) -> list[Line]:
    functions = usage.functions.items()
    messages = sum(_logged(function.messages, name, rate) for name, function in functions)
    metrics = sum(_logged(function.metrics, name, rate) for name, function in functions)
    lambdas = sum(
        rate.invocations[name] * PLATFORM_LOG_BYTES for name, function in functions if function.has_platform_logs
    )
    if telemetry.log_level != "INFO":
        messages = 0
    return [
        _line(prices, "CloudWatch Logs", "logs_gb", messages / GIGABYTE, "GB of the functions' messages"),
        _line(prices, "CloudWatch Logs", "logs_gb", metrics / GIGABYTE, "GB of the lines that carry metrics"),
        _line(prices, "CloudWatch Logs", "logs_gb", lambdas / GIGABYTE, "GB of Lambda's own log lines"),
        _line(prices, "X-Ray", "xray_trace", _recorded_traces(usage, rate, telemetry)),
    ]


def _logged(size: Fit, name: str, rate: Rate) -> float:
    return rate.invocations[name] * (size.fixed + size.each * rate.batches[name])


def _recorded_traces(usage: OrderUsage, rate: Rate, telemetry: Telemetry) -> float:
    if telemetry.tracing == "PassThrough":
        return SAMPLING_RATE * (usage.api_requests + _saga_runs(rate))
    # Invocations by the API, a stream or a queue begin a trace. Invocations by the saga belong to an existing one.
    starting = {*rate.queues} | {stream.function for stream in usage.streams.values()}
    begun = usage.api_requests + sum(rate.invocations[name] for name in starting)
    per_second = begun * rate.orders_per_second
    recorded = min(per_second, TRACES_PER_SECOND) + max(0.0, per_second - TRACES_PER_SECOND) * SAMPLING_RATE
    return recorded / rate.orders_per_second
