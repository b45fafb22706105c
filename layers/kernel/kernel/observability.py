"""Logs, traces and metrics, configured once for every function. The order's id is the correlation id.

The X-Ray SDK (in maintenance; end of support 2027-02-25) is used here alone, through Powertools' Tracer.
"""

import json
import logging
import os
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from aws_lambda_powertools import Logger, Tracer, single_metric
from aws_lambda_powertools.metrics import MetricUnit

from kernel.cloud_event import Cause, CloudEvent
from kernel.timestamps import Timestamp, now, seconds_between

# What a line need not say, for it is paid for by its length: its group of logs names the function, and where the code
# is matters where something went wrong.
REDUNDANT_KEYS = {"function_arn", "function_memory_size"}
LEVELS_WITH_LOCATION = {"WARNING", "ERROR", "CRITICAL"}


def _brief(line: Mapping[str, Any]) -> str:
    """Write a line of the log as JSON, without what is said elsewhere."""
    left_out = REDUNDANT_KEYS if line["level"] in LEVELS_WITH_LOCATION else REDUNDANT_KEYS | {"location"}
    said = {name: value for name, value in line.items() if name not in left_out}
    return json.dumps(said, separators=(",", ":"), default=str)


# Lambda assigns the level INFO to a line whose timestamp is not RFC 3339:
# https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-log-level.html
logger = Logger(json_serializer=_brief, use_rfc3339=True)
# Powertools gives way to Lambda's ApplicationLogLevel, which stays at INFO because Lambda drops the lines of metrics
# otherwise: https://docs.powertools.aws.dev/lambda/python/latest/core/logger/#aws-lambda-advanced-logging-controls-alc
logging.getLogger(logger.name).setLevel(os.environ.get("POWERTOOLS_LOG_LEVEL", "INFO"))
tracer = Tracer(patch_modules=("botocore",))

_XRAY_HEADER = re.compile(
    r"Root=1-(?P<time>[0-9a-f]{8})-(?P<random>[0-9a-f]{24});Parent=(?P<parent>[0-9a-f]{16})(?P<rest>.*)"
)


@contextmanager
def _telemetry() -> Iterator[None]:
    """Log an error of telemetry instead of raising it: it must not fail the work that it describes."""
    try:
        yield
    except Exception:
        logger.warning("telemetry failed", exc_info=True)


@_telemetry()
def correlate(order_id: str, *, step: str | None = None) -> None:
    """Put the order's id on every log line, metric line and trace of this piece of work, and the saga step's name."""
    logger.append_keys(correlation_id=order_id)
    tracer.put_annotation("order_id", order_id)
    if step:
        logger.append_keys(step=step)
        tracer.put_annotation("step", step)


@_telemetry()
def correlate_with(event: CloudEvent) -> None:
    """Correlate with the event's order. The trace in which the event came about is named too, as `caused_in`."""
    correlate(event.correlationid)
    if event.traceparent:
        _, trace, _, _ = event.traceparent.split("-")
        tracer.put_annotation("caused_in", f"1-{trace[:8]}-{trace[8:]}")


@contextmanager
def batch_item(name: str) -> Iterator[None]:
    """Give one piece of a batch's work, such as an event, a part of the trace to itself. `correlate` ends with it."""
    with tracer.provider.in_subsegment(f"## {name}"):
        try:
            yield
        finally:
            logger.remove_keys(["correlation_id"])


@_telemetry()
def count(metric: str, number: int = 1, **dimensions: str) -> None:
    """Count `number` of `metric`. Nothing is counted where there is nothing: a metric costs by the hour."""
    if number:
        _emit(metric, MetricUnit.Count, number, dimensions)


@_telemetry()
def measure_since(metric: str, then: Timestamp) -> None:
    """Measure the seconds from `then` to now."""
    _emit(metric, MetricUnit.Seconds, max(0.0, seconds_between(then, now())), {})


def _emit(metric: str, unit: MetricUnit, value: float, dimensions: dict[str, str]) -> None:
    """Write a line of the log in CloudWatch's embedded metric format.

    https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
    """
    with single_metric(name=metric, unit=unit, value=value, default_dimensions=dimensions) as line:
        if order_id := logger.get_current_keys().get("correlation_id"):
            line.add_metadata("correlation_id", order_id)


def traceparent() -> str | None:
    """Return the invocation's X-Ray trace as a W3C `traceparent`, or None outside of a trace.

    https://www.w3.org/TR/trace-context/#traceparent-header and
    https://docs.aws.amazon.com/xray/latest/devguide/xray-concepts.html#xray-concepts-tracingheader
    """
    found = _XRAY_HEADER.match(os.environ.get("_X_AMZN_TRACE_ID", ""))
    if found is None:
        return None
    sampled = "01" if "Sampled=1" in found["rest"] else "00"
    return f"00-{found['time']}{found['random']}-{found['parent']}-{sampled}"


def cause(causation_id: str | None = None) -> Cause:
    """Return the cause of what this invocation is about to announce: now, in this trace, after `causation_id`."""
    return Cause(causation_id=causation_id, traceparent=traceparent())
