"""Logs, traces and metrics, configured once for every function. The order id is the correlation id.

Only this module uses the X-Ray SDK (in maintenance since 2026-02-25: security fixes only), through Powertools' Tracer.
"""

import json
import logging
import os
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from aws_lambda_powertools import Logger, Tracer, single_metric
from aws_lambda_powertools.metrics import EphemeralMetrics, MetricUnit

from kernel.cloud_event import Cause, CloudEvent
from kernel.timestamps import Timestamp, now, seconds_between

# CloudWatch bills log lines by size. The log group already names the function. Where the code is, which call ran it and
# whether that was a cold start matter only for warnings and errors.
REDUNDANT_KEYS = {"function_arn", "function_memory_size"}
DETAILS = {"location", "function_name", "function_request_id", "cold_start"}
DETAILED_LEVELS = {"WARNING", "ERROR", "CRITICAL"}


def _compact_json(line: Mapping[str, Any]) -> str:
    """Serialize a log line without redundant keys."""
    omitted = REDUNDANT_KEYS
    if line["level"] not in DETAILED_LEVELS:
        # X-Ray knows the id of a trace only if it records the trace.
        omitted = omitted | DETAILS | (set() if _is_recorded() else {"xray_trace_id"})
    kept = {name: value for name, value in line.items() if name not in omitted}
    return json.dumps(kept, separators=(",", ":"), default=str)


def _is_recorded() -> bool:
    """Return whether X-Ray records the trace of the invocation."""
    return "Sampled=1" in os.environ.get("_X_AMZN_TRACE_ID", "")


# RFC 3339, because Lambda assigns the level INFO to a line with any other timestamp format:
# https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-log-level.html
logger = Logger(json_serializer=_compact_json, use_rfc3339=True)
# Lambda's ApplicationLogLevel takes precedence over Powertools' level. It stays at INFO, because Lambda drops metric
# lines at a higher level. https://docs.powertools.aws.dev/lambda/python/latest/core/logger/#aws-lambda-advanced-logging-controls-alc
logging.getLogger(logger.name).setLevel(os.environ.get("POWERTOOLS_LOG_LEVEL", "INFO"))
tracer = Tracer(patch_modules=("botocore",))

# The metrics of the current batch. None outside a batch.
_batch_metrics: EphemeralMetrics | None = None

_XRAY_HEADER = re.compile(r"Root=1-(?P<time>[0-9a-f]{8})-(?P<random>[0-9a-f]{24});Parent=(?P<parent>[0-9a-f]{16})")


@contextmanager
def _telemetry() -> Iterator[None]:
    """Log a telemetry error instead of raising it, because telemetry must not fail the work that it describes."""
    try:
        yield
    except Exception:
        logger.warning("telemetry failed", exc_info=True)


@_telemetry()
def correlate(order_id: str, *, step: str | None = None) -> None:
    """Add the order id, and the name of the saga step, to all following log lines, metrics and traces."""
    logger.append_keys(correlation_id=order_id)
    tracer.put_annotation("order_id", order_id)
    if step:
        logger.append_keys(step=step)
        tracer.put_annotation("step", step)


@_telemetry()
def correlate_with(event: CloudEvent) -> None:
    """Correlate with the order of an event. The annotation `caused_in` names the trace that published the event."""
    correlate(event.correlationid)
    if event.traceparent:
        _, trace, _, _ = event.traceparent.split("-")
        tracer.put_annotation("caused_in", f"1-{trace[:8]}-{trace[8:]}")


@contextmanager
def batch_item(name: str) -> Iterator[None]:
    """Open a trace segment for one item of a batch, such as an event. At its end, clear the correlation id."""
    with tracer.provider.in_subsegment(f"## {name}"):
        try:
            yield
        finally:
            logger.remove_keys(["correlation_id"])


@contextmanager
def metrics_of_batch() -> Iterator[None]:
    """Write the metrics of a batch in one log line at its end, because CloudWatch bills the line and not its values.

    A metric with dimensions of its own gets its own line at once. The line of the batch names no order.
    """
    global _batch_metrics  # noqa: PLW0603 (an instance of a function processes one batch at a time)
    _batch_metrics = EphemeralMetrics()
    try:
        yield
    finally:
        if _batch_metrics.metric_set:
            with _telemetry():
                _batch_metrics.flush_metrics()
        _batch_metrics = None


@_telemetry()
def count(metric: str, number: int = 1, **dimensions: str) -> None:
    """Add `number` to a metric. Skip zero counts, because CloudWatch bills each custom metric by the hour."""
    if number:
        _emit(metric, MetricUnit.Count, number, dimensions)


@_telemetry()
def measure_since(metric: str, then: Timestamp) -> None:
    """Record the seconds from `then` to now in a metric."""
    _emit(metric, MetricUnit.Seconds, max(0.0, seconds_between(then, now())), {})


def _emit(metric: str, unit: MetricUnit, value: float, dimensions: dict[str, str]) -> None:
    """Write a log line in CloudWatch's embedded metric format, or add the value to the line of the batch.

    https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
    """
    if _batch_metrics is not None and not dimensions:
        _batch_metrics.add_metric(name=metric, unit=unit, value=value)
        return
    with single_metric(name=metric, unit=unit, value=value, default_dimensions=dimensions) as line:
        if order_id := logger.get_current_keys().get("correlation_id"):
            line.add_metadata("correlation_id", order_id)


def traceparent() -> str | None:
    """Return the X-Ray trace of the invocation as a W3C `traceparent`, or None outside a trace.

    https://www.w3.org/TR/trace-context/#traceparent-header and
    https://docs.aws.amazon.com/xray/latest/devguide/xray-concepts.html#xray-concepts-tracingheader
    """
    found = _XRAY_HEADER.match(os.environ.get("_X_AMZN_TRACE_ID", ""))
    if found is None:
        return None
    sampled = "01" if _is_recorded() else "00"
    return f"00-{found['time']}{found['random']}-{found['parent']}-{sampled}"


def cause(causation_id: str | None = None) -> Cause:
    """Return the cause of the next events of this invocation: the current time and trace, and `causation_id`."""
    return Cause(causation_id=causation_id, traceparent=traceparent())
