"""Measure a function from inside: its CPU time, its AWS calls, and its log lines.

`make cost` copies this module into the kernel of the deployment that it measures. No other deployment contains it.
"""

import json
import os
import sys
import time
from collections.abc import Callable
from typing import Any

from botocore.client import BaseClient
from botocore.exceptions import ClientError

Handler = Callable[[dict[str, Any], Any], Any]
Call = dict[str, Any]

METER_FILE = os.devnull
# In the format that Lambda sets, because the trace id makes events and log lines longer.
TRACE = "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=0"
# Operations that report their consumed capacity on request.
REPORTING = {"GetItem", "BatchGetItem", "Query", "PutItem", "UpdateItem", "DeleteItem", "TransactWriteItems"}
WRITES = {"PutItem", "UpdateItem", "DeleteItem", "TransactWriteItems"}
# CloudWatch adds 26 bytes to each line: https://aws.amazon.com/cloudwatch/pricing/
LINE_OVERHEAD = 26

_calls: list[Call] = []
# Bytes of log lines: metrics in the embedded metric format, and messages.
_logged = {"metrics": 0, "messages": 0}
# The one function of botocore that sees every call with its response.
_call_aws: Any = BaseClient._make_api_call  # type: ignore[attr-defined]  # noqa: SLF001
_invocations = 0


def metered(handler: Handler) -> Handler:
    """Wrap `handler`: append one line of JSON to METER_FILE for each invocation."""

    def measure(event: dict[str, Any], context: Any) -> Any:
        global _invocations  # noqa: PLW0603 (a process is one worker of one function)
        _invocations += 1
        os.environ["_X_AMZN_TRACE_ID"] = TRACE
        _calls.clear()
        _logged.update(metrics=0, messages=0)
        started = time.process_time()
        try:
            return handler(event, context)
        finally:
            _write(event, context.function_name, time.process_time() - started)

    return measure


def _write(event: dict[str, Any], function: str, cpu_seconds: float) -> None:
    records = event.get("Records") or [{}]
    line = json.dumps(
        {
            "function": function,
            "invocation": _invocations,
            "source": records[0].get("eventSourceARN"),
            "records": len(records),
            "cpu_seconds": cpu_seconds,
            "calls": _calls,
            "logged": _logged,
        }
    )
    # Append each line with one write, because several processes share the file.
    with open(METER_FILE, "ab", buffering=0) as file:  # noqa: PTH123
        file.write(line.encode() + b"\n")


def _counted(write: Callable[[str], int]) -> Callable[[str], int]:
    """Wrap the `write` of standard output: count the bytes of each line."""

    def count(text: str) -> int:
        for line in text.splitlines():
            kind = "metrics" if line.startswith('{"_aws"') else "messages"
            _logged[kind] += len(line.encode()) + LINE_OVERHEAD if line else 0
        return write(text)

    return count


def _metered_call(client: Any, operation: str, arguments: dict[str, Any]) -> Any:
    service = client.meta.service_model.service_name
    capacity = {"ReturnConsumedCapacity": "INDEXES"} if service == "dynamodb" and operation in REPORTING else {}
    call: Call = {"service": service, "operation": operation}
    try:
        response = _call_aws(client, operation, {**arguments, **capacity})
    except ClientError as error:
        call["error"] = error.response["Error"]["Code"]
        call["tables"] = _tables_of(arguments)
        _calls.append(call)
        raise
    _calls.append(call | _consumed(response, operation) | _sent(service, operation, arguments))
    return response


def _consumed(response: dict[str, Any], operation: str) -> Call:
    """Return the request units that a DynamoDB call consumed, by table, or by table and index."""
    consumed = response.get("ConsumedCapacity") or []
    units: dict[str, float] = {}
    for entry in consumed if isinstance(consumed, list) else [consumed]:
        # BatchGetItem reads only the table, although the emulator reports the table's indexes as well.
        indexes = {} if operation == "BatchGetItem" else entry.get("GlobalSecondaryIndexes", {})
        of_indexes = {f"{entry['TableName']}/{name}": index["CapacityUnits"] for name, index in indexes.items()}
        units |= of_indexes
        units[entry["TableName"]] = entry["CapacityUnits"] - sum(of_indexes.values())
    return {"writes" if operation in WRITES else "reads": units} if units else {}


def _sent(service: str, operation: str, arguments: dict[str, Any]) -> Call:
    """Return the size in bytes of each message that is sent to SNS or Firehose."""
    if (service, operation) == ("sns", "PublishBatch"):
        return {"bytes": [_message_bytes(entry) for entry in arguments["PublishBatchRequestEntries"]]}
    if (service, operation) == ("firehose", "PutRecordBatch"):
        return {"bytes": [len(record["Data"]) for record in arguments["Records"]]}
    return {}


def _message_bytes(entry: dict[str, Any]) -> int:
    attributes = entry.get("MessageAttributes", {})
    return len(entry["Message"].encode()) + sum(
        len(name) + len(value["DataType"]) + len(value["StringValue"]) for name, value in attributes.items()
    )


def _tables_of(arguments: dict[str, Any]) -> list[str]:
    """Return the table of each write of a rejected call, because AWS bills rejected writes as well."""
    writes = [next(iter(write.values())) for write in arguments.get("TransactItems", [])] or [arguments]
    return [write["TableName"] for write in writes if "TableName" in write]


sys.stdout.write = _counted(sys.stdout.write)  # type: ignore[method-assign]
BaseClient._make_api_call = _metered_call  # type: ignore[attr-defined]  # noqa: SLF001
