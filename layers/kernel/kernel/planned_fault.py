"""Planned faults of the sandbox providers.

A fault is a call that a provider does not answer or refuses, or whose answer is lost because the process ends.

The record of a provider holds the faults, one attribute for each operation, such as `capture_fault` for `capture`. The
sandbox API writes them, and the provider counts them down. A call is a conditional write, and its condition includes
that no fault is planned. Therefore a call without a fault needs neither a read nor a second write.
"""

import os
from collections.abc import Mapping
from typing import Any, NamedTuple

from kernel import sandbox_record
from kernel.observability import logger


class Answer(NamedTuple):
    """How a record answers a call.

    Attributes:
        existing: The stored record if the condition of the call failed. None if the call changed the record.
        planned: The effect of the planned fault, such as `fail`, if one is planned. The call then changed nothing.
    """

    existing: dict[str, Any] | None
    planned: str | None = None


def call(record: str, operation: str, changes: str, condition: str, values: Mapping[str, Any]) -> Answer:
    """Change a record if `condition` holds and no fault is planned for the operation.

    The effect `crash` changes the record, and then ends this process before the caller can use the answer.

    Args:
        record: The key of the record, such as `gateway#` and the order id.
        operation: The operation of the provider, such as `authorize`.
        changes: The UpdateExpression.
        condition: The ConditionExpression.
        values: The ExpressionAttributeValues, as plain values.
    """
    fault = fault_attribute(operation)
    while True:
        existing = sandbox_record.change(record, changes, f"attribute_not_exists({fault}) AND ({condition})", values)
        if existing is None or fault not in existing:
            return Answer(existing)
        planned = existing[fault]
        if _count_down(record, fault, planned):
            break
    if planned["effect"] == "crash":
        sandbox_record.change(record, changes, condition, values)
        logger.warning("planned fault: the process ends after the provider's answer (%s)", operation)
        exit_process()
    return Answer(existing, planned["effect"])


def fault_attribute(operation: str) -> str:
    """Return the attribute that holds the planned fault: its `effect` and, unless it is permanent, its `times`."""
    return f"{operation}_fault"


def exit_process() -> None:
    """End the process at once, as Lambda does after a timeout. No code can catch it, and Lambda reports an error."""
    os._exit(1)


def _count_down(record: str, fault: str, planned: Mapping[str, Any]) -> bool:
    """Count a call with a planned fault. Return False if a concurrent call or a new plan changed it first."""
    times = planned.get("times")
    if times is None:
        return True
    changes = f"SET {fault} = :remaining" if times > 1 else f"REMOVE {fault}"
    remaining = {":remaining": {**planned, "times": times - 1}} if times > 1 else {}
    return sandbox_record.change(record, changes, f"{fault} = :planned", {":planned": planned, **remaining}) is None
