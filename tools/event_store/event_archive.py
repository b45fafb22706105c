"""Find an event in the event store: gzipped or plain objects in S3, one JSON document a line."""

import gzip
import json
import zlib
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from tools.local_cloud.aws import Aws

GZIP_MAGIC = b"\x1f\x8b"


def find(aws: Aws, bucket: str, event_ids: Iterable[str], since: datetime) -> dict[str, str]:
    """The keys of the objects that hold these events, by event id; those not archived yet are left out.

    Args:
        since: when the first of the events happened; older objects are not opened.
    """
    wanted = set(event_ids)
    found: dict[str, str] = {}
    for key in _keys(aws, bucket, since):
        body = aws.s3.get_object(Bucket=bucket, Key=key)["Body"].read()
        for event in events_in(body):
            if event["id"] in wanted:
                found.setdefault(event["id"], key)
    return found


def events_in(body: bytes) -> Iterator[dict[str, Any]]:
    """The events of an object of the event store, compressed or not. What is no event is left out."""
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
    # The key names the hour of the delivery; S3 tells the time of writing in whole seconds.
    start = since.replace(microsecond=0)
    for page in aws.s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix="events/"):
        for item in page.get("Contents", []):
            if item["LastModified"] >= start:
                yield item["Key"]
