"""Lambda entry point that ends a rebuild of the views: clean up the views, and list what could not be read."""

import json
from collections.abc import Iterator
from functools import cache
from tempfile import TemporaryFile
from typing import TYPE_CHECKING, Any

import boto3

import rebuild_register
import rebuild_run
from kernel.observability import logger, tracer
from kernel.settings import setting
from rebuild_register import ReplayedObject
from view_cleanup import NextStep, clean_up

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

# Enough time to replay one more object and to write the result file.
MILLISECONDS_PER_STEP = 240_000
FAILED = "replaying this object failed, and so did every retry: see the log of ReplayObjectFunction"


@cache
def _s3() -> "S3Client":
    return boto3.client("s3")


@logger.inject_lambda_context(clear_state=True)
@tracer.capture_lambda_handler(capture_response=False)
def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Clean up after the rebuild `event["rebuild_id"]`, then write its result file. Repeating the call is safe.

    If an object could not be replayed, or the store has no events at all, nothing is removed, because the marks are
    incomplete.

    Returns:
        `failed_objects`: the number of objects that could not be replayed. `next`: `CONTINUE` (call again), `WAIT`
        (call again after Firehose has delivered the events that it accepted), or `END`.
    """
    rebuild_id = event["rebuild_id"]
    objects = rebuild_run.object_counts(rebuild_id)
    if not objects.failed and any(replayed.applied for replayed in rebuild_register.objects(rebuild_id)):
        next_step = clean_up(rebuild_id, lambda: context.get_remaining_time_in_millis() > MILLISECONDS_PER_STEP)
        if next_step is not NextStep.END:
            return {"failed_objects": 0, "next": next_step.value}
    with TemporaryFile() as file:
        file.writelines(_lines(rebuild_id))
        if file.tell():
            file.seek(0)
            key = f"rebuilds/{rebuild_id}/unreadable.jsonl"
            _s3().upload_fileobj(file, setting("EVENT_STORE_BUCKET_NAME"), key)
            rebuild_register.put_result_file(rebuild_id, key)
    logger.info("the rebuild %s has ended", rebuild_id, extra=objects.model_dump())
    return {"failed_objects": objects.failed, "next": NextStep.END.value}


def _lines(rebuild_id: str) -> Iterator[bytes]:
    for replayed in rebuild_register.objects(rebuild_id):
        for entry in _entries(replayed):
            yield json.dumps({"key": replayed.key, **entry}).encode() + b"\n"


def _entries(replayed: ReplayedObject) -> Iterator[dict[str, Any]]:
    if not replayed.done:
        yield {"cause": FAILED}
    for fault in replayed.faults:
        yield {"position": fault.position, "cause": fault.cause}
    if unlisted := replayed.unreadable - len(replayed.faults):
        yield {"cause": f"{unlisted} more errors in this object"}
