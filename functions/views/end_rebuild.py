"""End a rebuild of the views: write down what could not be read, and say whether every object was replayed."""

import json
from collections.abc import Iterator
from functools import cache
from tempfile import TemporaryFile
from typing import TYPE_CHECKING, Any

from kernel.observability import logger, tracer
from kernel.settings import setting

import boto3

import rebuild_register
import rebuild_run
from rebuild_register import ReplayedObject

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

FAILED = "this object could not be replayed, not even when it was tried again: see the log of ReplayObjectFunction"


@cache
def _s3() -> "S3Client":
    return boto3.client("s3")


@logger.inject_lambda_context(clear_state=True)
@tracer.capture_lambda_handler(capture_response=False)
def handler(event: dict[str, Any], _context: Any) -> dict[str, Any]:
    """Write the result file of the rebuild `event["rebuild_id"]`, if there is something to tell; repeating is safe.

    Returns:
        `failed_objects`: how many objects could not be replayed.
    """
    rebuild_id = event["rebuild_id"]
    objects = rebuild_run.object_counts(rebuild_id)
    with TemporaryFile() as file:
        file.writelines(_lines(rebuild_id))
        if file.tell():
            file.seek(0)
            key = f"rebuilds/{rebuild_id}/unreadable.jsonl"
            _s3().upload_fileobj(file, setting("EVENT_STORE_BUCKET_NAME"), key)
            rebuild_register.put_result_file(rebuild_id, key)
    logger.info("the rebuild %s has ended", rebuild_id, extra=objects.model_dump())
    return {"failed_objects": objects.failed}


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
        yield {"cause": f"{unlisted} more like these"}
