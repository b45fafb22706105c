"""Find events in the event store: gzipped or plain S3 objects with one JSON document per line.

The commands of the terminal run without the packages of the kernel, so this module does not use its reader.
"""

import gzip
import json
import zlib
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from tools.local_cloud.aws import Aws

GZIP_MAGIC = b"\x1f\x8b"


def find(aws: Aws, bucket: str, event_ids: Iterable[str], since: datetime) -> dict[str, str]:
    """Return the keys of the objects that hold these events, by event id.

    Args:
        aws: The clients to use.
        bucket: The event store's bucket.
        event_ids: The events to find. Those that are not archived yet are missing in the result.
        since: The time of the oldest of the events. Older objects are skipped.
    """
    wanted = set(event_ids)
    keys: dict[str, str] = {}
    for key in _keys(aws, bucket, since):
        body = aws.s3.get_object(Bucket=bucket, Key=key)["Body"].read()
        for event in events_in(body):
            if event["id"] in wanted:
                keys.setdefault(event["id"], key)
    return keys


def events_in(body: bytes) -> Iterator[dict[str, Any]]:
    """Yield the events of an object of the event store, compressed or not. Lines that are no events are skipped."""
    try:
        text = gzip.decompress(body) if body.startswith(GZIP_MAGIC) else body
    except (OSError, EOFError, zlib.error):
        return
    for line in text.splitlines():
        try:
            event = json.loads(line)
        except (ValueError, RecursionError):
            continue
        if isinstance(event, dict) and "id" in event:
            yield event


def _keys(aws: Aws, bucket: str, since: datetime) -> Iterator[str]:
    # S3 reports the time of writing in whole seconds.
    start = since.replace(microsecond=0)
    for page in aws.s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix="events/"):
        for item in page.get("Contents", []):
            if item["LastModified"] >= start:
                yield item["Key"]
