"""Logs, traces and metrics, configured once for every function. The order's id is the correlation id.

The X-Ray SDK (in maintenance; end of support 2027-02-25) is used here alone, through Powertools' Tracer.
"""

import os
import re

from aws_lambda_powertools import Logger, Tracer, single_metric
from aws_lambda_powertools.metrics import MetricUnit

from kernel.cloud_event import Cause

logger = Logger()
tracer = Tracer(patch_modules=("botocore",))

_XRAY_HEADER = re.compile(
    r"Root=1-(?P<time>[0-9a-f]{8})-(?P<random>[0-9a-f]{24});Parent=(?P<parent>[0-9a-f]{16})(?P<rest>.*)"
)


def correlate(order_id: str) -> None:
    """Let every log line and the trace of this invocation carry the order's id."""
    logger.append_keys(correlation_id=order_id)
    tracer.put_annotation("order_id", order_id)


def count(metric: str, number: int = 1) -> None:
    """Count `number` of `metric`, as a line of the log in CloudWatch's embedded metric format."""
    with single_metric(name=metric, unit=MetricUnit.Count, value=number):
        pass


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
