"""What an order costs: its usage at a rate of orders, times list prices. Pure.

Durations are not those of the emulator, which a laptop's load makes. They are computed: the CPU time that was measured,
at the share of a core that the function's memory buys, and for each call of AWS a wait.
"""

import math
from collections.abc import Mapping
from typing import NamedTuple

from tools.cost.batching import QueueBatches, queue_batch, shards, stream_batch
from tools.cost.prices import PriceList
from tools.cost.usage import RELAY, FunctionUsage, OrderUsage

MILLION = 1_000_000
GIGABYTE = 1024**3

# At 1,769 MB a function has the equivalent of one vCPU, and less in proportion:
# https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html
MEMORY_OF_A_CORE = 1769
# Assumptions, in milliseconds: warm connections, within a region. Nobody measured them on AWS for this.
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
# Between one state and the next, an assumption too.
MILLISECONDS_A_TRANSITION = 25
# What Lambda logs of an invocation: START, END, and REPORT with the trace's line, as its documents show them, and 26
# bytes that CloudWatch adds to each. https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs.html
LINES_OF_LAMBDA = 70 + 53 + 280 + 3 * 26
# SNS takes ten messages in a batch: https://docs.aws.amazon.com/sns/latest/api/API_PublishBatch.html
MESSAGES_OF_A_BATCH = 10
SNS_STEP = 64 * 1024
# EventDeliveryStream's buffer: whichever comes first.
FIREHOSE_SECONDS, FIREHOSE_BYTES = 60, 5 * 1024 * 1024
# X-Ray's default rule, for all of an account's services together:
# https://docs.aws.amazon.com/xray/latest/devguide/xray-console-sampling.html
TRACES_A_SECOND, SHARE_OF_THE_REST = 1, 0.05


class Line(NamedTuple):
    """A line of the bill: for a million orders."""

    service: str
    what: str
    units: float
    dollars: float


class Queue(NamedTuple):
    """A queue, as its event source mapping takes it."""

    function: str
    batch_size: int
    concurrency: int
    window_seconds: float = 0


class Rate(NamedTuple):
    """What becomes of an order's work at a rate: how often each function is called, and how full its batches are."""

    orders_a_second: float
    invocations: dict[str, float]
    batches: dict[str, float]
    publishes: float
    queues: dict[str, QueueBatches]


def milliseconds(function: FunctionUsage, records: float = 1) -> float:
    """Return how long a warm invocation with so many records takes on Lambda, in milliseconds, as it is billed."""
    cpu = function.cpu_of_invocation + function.cpu_of_record * records
    waits = sum(
        WAITS.get(operation, OTHER_WAIT) * (number + function.calls.by_record[operation] * records)
        for operation, number in function.calls.by_invocation.items()
    )
    return math.ceil(cpu * MEMORY_OF_A_CORE / function.memory_mb + waits)


def at_rate(usage: OrderUsage, orders_a_second: float, queues: Mapping[str, Queue]) -> Rate:
    """Return how often functions are called for an order, at so many orders a second.

    Args:
        queues: by the function that takes their messages.
    """
    invocations = {name: function.invocations for name, function in usage.functions.items()}
    batches = dict.fromkeys(usage.functions, 1.0)
    publishes = 0.0
    if RELAY in usage.functions:
        invocations[RELAY] = 0
        for table, stream in usage.streams.items():
            size = stream_batch(
                stream.records * orders_a_second,
                shards(usage.writes.get(table, 0) * orders_a_second),
                least=stream.records / stream.invocations,
            )
            invocations[RELAY] += stream.records / size
            publishes += stream.events / min(MESSAGES_OF_A_BATCH, max(1, size * stream.events / stream.records))
        batches[RELAY] = usage.functions[RELAY].records / invocations[RELAY]
    filled = {}
    for name, queue in queues.items():
        if function := usage.functions.get(name):
            fixed = milliseconds(function, 0) / 1000
            filled[name] = queue_batch(
                function.records * orders_a_second,
                seconds_fixed=fixed,
                seconds_each=milliseconds(function, 1) / 1000 - fixed,
                most=queue.batch_size,
                concurrency=queue.concurrency,
            )
            batches[name] = filled[name].size
            invocations[name] = function.records / filled[name].size
    return Rate(orders_a_second, invocations, batches, publishes, filled)


def bill(usage: OrderUsage, rate: Rate, prices: PriceList, saga_type: str) -> list[Line]:
    """Return what a million orders cost at a rate, line by line, dearest first.

    Args:
        saga_type: STANDARD or EXPRESS.
    """
    lines = [
        *_api(usage, prices),
        *_lambda(usage, rate, prices),
        *_dynamodb(usage, prices),
        *_states(usage, rate, prices, saga_type),
        *_messaging(usage, rate, prices),
        *_archive(usage, rate, prices),
        *_observability(usage, rate, prices),
    ]
    return sorted((line for line in lines if line.units), key=lambda line: -line.dollars)


def total(lines: list[Line]) -> float:
    return sum(line.dollars for line in lines)


def by_service(lines: list[Line]) -> dict[str, float]:
    """Return the dollars for a million orders by service, dearest first."""
    found: dict[str, float] = {}
    for line in lines:
        found[line.service] = found.get(line.service, 0) + line.dollars
    return dict(sorted(found.items(), key=lambda item: -item[1]))


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
    """Return how long an order's Express runs take, in seconds, as they are billed: in steps of 100 ms."""
    steps = sum(milliseconds(usage.functions[name]) * number for name, number in usage.steps.items())
    return math.ceil((steps + usage.transitions * MILLISECONDS_A_TRANSITION) / 100) / 10


def _states(usage: OrderUsage, rate: Rate, prices: PriceList, saga_type: str) -> list[Line]:
    if saga_type == "STANDARD":
        return [_line(prices, "Step Functions", "states_transition", usage.transitions)]
    runs = rate.invocations.get("StartFulfilmentFunction", 0) * rate.batches.get("StartFulfilmentFunction", 1)
    # The definition and the payload are a few kilobytes: the least that is billed, 64 MB.
    return [
        _line(prices, "Step Functions", "states_express_request", runs),
        _line(prices, "Step Functions", "states_express_gb_second", express_seconds(usage) * 64 / 1024),
    ]


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
    by_time = 1 / FIREHOSE_SECONDS / rate.orders_a_second
    by_size = usage.event_bytes / FIREHOSE_BYTES
    return [
        _line(prices, "Firehose", "firehose_gb", usage.firehose_bytes / GIGABYTE),
        _line(prices, "S3", "s3_put", max(by_time, by_size) if usage.firehose_bytes else 0),
    ]


def _observability(usage: OrderUsage, rate: Rate, prices: PriceList) -> list[Line]:
    own = sum(function.log_bytes for function in usage.functions.values())
    lambdas = sum(
        rate.invocations[name] * LINES_OF_LAMBDA
        for name, function in usage.functions.items()
        if function.says_when_it_runs
    )
    # What the API, a stream or a queue starts begins a trace; what the saga calls is part of one.
    begun = usage.api_requests + sum(
        rate.invocations[name] for name in usage.functions if name == RELAY or name in rate.queues
    )
    a_second = begun * rate.orders_a_second
    recorded = min(a_second, TRACES_A_SECOND) + max(0.0, a_second - TRACES_A_SECOND) * SHARE_OF_THE_REST
    return [
        _line(prices, "CloudWatch Logs", "logs_gb", own / GIGABYTE, "GB that the functions say"),
        _line(prices, "CloudWatch Logs", "logs_gb", lambdas / GIGABYTE, "GB that Lambda says of them"),
        _line(prices, "X-Ray", "xray_trace", recorded / rate.orders_a_second),
    ]
