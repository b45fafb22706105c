"""What a stack costs a day while nobody orders, and what is due by the day once somebody does: by the template."""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from tools.cost.bill import GIGABYTE, LINES_OF_LAMBDA, Queue, milliseconds
from tools.cost.prices import PriceList
from tools.cost.usage import FunctionUsage, LogLine

MINUTES_A_DAY = 24 * 60
# Five pollers for each queue, each of which asks for 20 seconds at a time:
# https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
POLLERS, POLLS_A_MINUTE = 5, 3
# A data key is used for five minutes, in 30 days 8,640 of them; twice that, for each who publishes:
# https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html
KMS_REQUESTS_A_DAY = 2 * 24 * 12
# Twelve, and one for each reason of a rejection, of which there are about ten: docs/observability.md
METRICS = 22

Resources = Mapping[str, Mapping[str, Any]]


class Due(NamedTuple):
    """What is due each day, in dollars."""

    what: str
    dollars: float


def queues(template: Mapping[str, Any], off: Iterable[str] = ()) -> dict[str, Queue]:
    """Return the queues that functions take messages from, by the function's name.

    Args:
        off: conditions of the template that do not hold.
    """
    found = {}
    for mapping in _of_type(template, "AWS::Lambda::EventSourceMapping", off).values():
        properties = mapping["Properties"]
        source = properties["EventSourceArn"]["Fn::GetAtt"][0]
        if template["Resources"][source]["Type"] == "AWS::SQS::Queue":
            function = str(properties["FunctionName"]["Ref"]).removesuffix(".Alias")
            found[function] = Queue(
                function,
                properties["BatchSize"],
                properties["ScalingConfig"]["MaximumConcurrency"],
                properties.get("MaximumBatchingWindowInSeconds", 0),
            )
    return found


def idle(
    template: Mapping[str, Any],
    scheduled: Mapping[str, FunctionUsage],
    reads: Mapping[str, float],
    prices: PriceList,
    off: Iterable[str] = (),
) -> list[Due]:
    """Return what is due each day without a single order.

    Args:
        scheduled: the functions that run every minute: of one invocation.
        reads: the read request units of one minute, by table or index.
    """
    alarms = len(_of_type(template, "AWS::CloudWatch::Alarm", off))
    dashboards = len(_of_type(template, "AWS::CloudWatch::Dashboard", off))
    polled = len(queues(template, off))
    seconds = {name: milliseconds(function) / 1000 for name, function in scheduled.items()}
    compute = sum(seconds[name] * function.memory_mb / 1024 for name, function in scheduled.items())
    log_bytes = sum(
        function.log_bytes + (LINES_OF_LAMBDA if function.says_when_it_runs else 0) for function in scheduled.values()
    )
    # The sampler's first request of a second is recorded: theirs always are.
    return [
        Due(f"{alarms} alarms", prices.monthly("alarm_month", alarms)),
        Due(f"{dashboards} dashboard", prices.monthly("dashboard_month", dashboards)),
        Due(
            f"Lambda asks {polled} queues, with {POLLERS} pollers each, {POLLS_A_MINUTE} times a minute",
            prices.cost("sqs_request", polled * POLLERS * POLLS_A_MINUTE * MINUTES_A_DAY),
        ),
        Due(
            f"{len(scheduled)} functions a minute",
            MINUTES_A_DAY * (prices.cost("lambda_request", len(scheduled)) + prices.cost("lambda_gb_second", compute)),
        ),
        Due("what they read", MINUTES_A_DAY * prices.cost("dynamodb_read", sum(reads.values()))),
        Due("their logs", MINUTES_A_DAY * prices.cost("logs_gb", log_bytes / GIGABYTE)),
        Due("their traces", MINUTES_A_DAY * prices.cost("xray_trace", len(scheduled))),
    ]


def while_orders_come(prices: PriceList) -> list[Due]:
    """Return what is due each day on which orders come, however many: a metric is due by the hour that tells it."""
    return [
        Due(f"{METRICS} metrics", prices.monthly("metric_month", METRICS)),
        Due("the key of the topic", prices.cost("kms_request", KMS_REQUESTS_A_DAY)),
    ]


def _of_type(template: Mapping[str, Any], resource_type: str, off: Iterable[str]) -> Resources:
    without = set(off)
    return {
        name: resource
        for name, resource in template["Resources"].items()
        if resource["Type"] == resource_type and resource.get("Condition") not in without
    }


def log_lines(messages: Iterable[tuple[str, str]]) -> list[LogLine]:
    """Return the functions' own lines among (function, message), without those that Lambda adds."""
    of_lambda = ("START RequestId", "END RequestId", "REPORT RequestId", "INIT_START")
    return [
        LogLine(function, len(message.encode())) for function, message in messages if not message.startswith(of_lambda)
    ]
