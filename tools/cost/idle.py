"""Daily costs of a stack, from the template: without orders, and additional costs on days with orders."""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from tools.cost.bill import GIGABYTE, PLATFORM_LOG_BYTES, Queue, milliseconds
from tools.cost.prices import PriceList
from tools.cost.usage import FunctionUsage

MINUTES_PER_DAY = 24 * 60
# Lambda has five pollers per queue, each with long polling of 20 seconds:
# https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
POLLERS, POLLS_PER_MINUTE = 5, 3
# SNS reuses a data key for five minutes, and makes two KMS requests per key and publisher:
# https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html
KMS_REQUESTS_PER_DAY = 2 * 24 * 12
# 20 metrics, and one for each of about ten rejection reasons: docs/observability.md
METRICS = 30

Resources = Mapping[str, Mapping[str, Any]]


class DailyCost(NamedTuple):
    """A cost per day, in dollars."""

    what: str
    dollars: float


def queues(template: Mapping[str, Any], off: Iterable[str] = ()) -> dict[str, Queue]:
    """Return the queues that functions consume, by the function's logical id.

    Args:
        template: The application's template.
        off: The template's conditions that are false.
    """
    queues = {}
    for mapping in _of_type(template, "AWS::Lambda::EventSourceMapping", off).values():
        properties = mapping["Properties"]
        source = properties["EventSourceArn"]["Fn::GetAtt"][0]
        if template["Resources"][source]["Type"] == "AWS::SQS::Queue":
            function = str(properties["FunctionName"]["Ref"]).removesuffix(".Alias")
            queues[function] = Queue(properties["BatchSize"], properties["ScalingConfig"]["MaximumConcurrency"])
    return queues


def idle(
    template: Mapping[str, Any],
    scheduled: Mapping[str, FunctionUsage],
    reads: Mapping[str, float],
    prices: PriceList,
    off: Iterable[str] = (),
) -> list[DailyCost]:
    """Return the daily costs without orders.

    Args:
        template: The application's template.
        scheduled: The usage of one invocation of each function that runs every minute.
        reads: The read request units of one minute, by table or index.
        prices: The list prices.
        off: The template's conditions that are false.
    """
    alarms = len(_of_type(template, "AWS::CloudWatch::Alarm", off))
    dashboards = len(_of_type(template, "AWS::CloudWatch::Dashboard", off))
    secrets = len(_of_type(template, "AWS::SecretsManager::Secret", off))
    polled = len(queues(template, off))
    seconds = {name: milliseconds(function) / 1000 for name, function in scheduled.items()}
    compute = sum(seconds[name] * function.memory_mb / 1024 for name, function in scheduled.items())
    log_bytes = sum(
        sum(function.messages) + sum(function.metrics) + (PLATFORM_LOG_BYTES if function.has_platform_logs else 0)
        for function in scheduled.values()
    )
    # X-Ray records the first request of every second, so it records every run of these functions.
    return [
        DailyCost(f"{alarms} alarms", prices.monthly("alarm_month", alarms)),
        DailyCost(f"{dashboards} dashboard", prices.monthly("dashboard_month", dashboards)),
        DailyCost(f"{secrets} secret", prices.monthly("secret_month", secrets)),
        DailyCost(
            f"polling of {polled} queues, with {POLLERS} pollers each, {POLLS_PER_MINUTE} times a minute",
            prices.cost("sqs_request", polled * POLLERS * POLLS_PER_MINUTE * MINUTES_PER_DAY),
        ),
        DailyCost(
            f"{len(scheduled)} functions that run every minute",
            MINUTES_PER_DAY
            * (prices.cost("lambda_request", len(scheduled)) + prices.cost("lambda_gb_second", compute)),
        ),
        DailyCost("their reads", MINUTES_PER_DAY * prices.cost("dynamodb_read", sum(reads.values()))),
        DailyCost("their logs", MINUTES_PER_DAY * prices.cost("logs_gb", log_bytes / GIGABYTE)),
        DailyCost("their traces", MINUTES_PER_DAY * prices.cost("xray_trace", len(scheduled))),
    ]


def with_orders(prices: PriceList) -> list[DailyCost]:
    """Return the additional costs of a day with orders, because CloudWatch bills metrics by the hour of use."""
    return [
        DailyCost(f"{METRICS} metrics", prices.monthly("metric_month", METRICS)),
        DailyCost("the topic's KMS key", prices.cost("kms_request", KMS_REQUESTS_PER_DAY)),
    ]


def _of_type(template: Mapping[str, Any], resource_type: str, off: Iterable[str]) -> Resources:
    without = set(off)
    return {
        name: resource
        for name, resource in template["Resources"].items()
        if resource["Type"] == resource_type and resource.get("Condition") not in without
    }
