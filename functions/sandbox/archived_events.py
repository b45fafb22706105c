"""Find events in the event store."""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING

import boto3

from kernel.client_limits import CLIENT_LIMITS
from kernel.event_reader import CHUNK_BYTES, ReadEvent, read_events
from kernel.settings import setting

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

CONCURRENCY = 8
BATCH_SIZE = 24
# The emulator writes an object for each batch of events, so a busy hour has thousands.
MAX_OBJECTS = 240
# Republication after a failure can take longer. Its events then have no key here.
MAX_DELIVERY = timedelta(minutes=5)


@cache
def _s3() -> "S3Client":
    return boto3.client("s3", config=CLIENT_LIMITS)


def keys_of(times: Mapping[str, datetime], buffer_seconds: int) -> dict[str, str]:
    """Return the key of the object that holds each event, by event id. Events that are not found are absent.

    Args:
        times: The time of each event, by event id.
        buffer_seconds: For how long Firehose buffers events. It writes an object no later after an event.
    """
    buffer = timedelta(seconds=buffer_seconds)
    keys: dict[str, str] = {}
    with ThreadPoolExecutor(CONCURRENCY) as pool:
        near = _objects_near(times, buffer)
        for start in range(0, len(near), BATCH_SIZE):
            batch = near[start : start + BATCH_SIZE]
            for key, ids in zip(batch, pool.map(_event_ids, batch), strict=True):
                for event_id in times.keys() & ids:
                    keys.setdefault(event_id, key)
            if len(keys) == len(times):
                break
    return keys


def _objects_near(times: Mapping[str, datetime], buffer: timedelta) -> list[str]:
    """Return the keys of the objects that Firehose wrote after one of the events and within the buffer."""
    # The hour in a key is that of the oldest event in the buffer.
    moments = [moment for time in times.values() for moment in (time - buffer, time, time + MAX_DELIVERY)]
    prefixes = sorted({f"events/{moment.astimezone(UTC):year=%Y/month=%m/day=%d/hour=%H}/" for moment in moments})
    found = []
    for prefix in prefixes:
        pages = (
            _s3().get_paginator("list_objects_v2").paginate(Bucket=setting("EVENT_STORE_BUCKET_NAME"), Prefix=prefix)
        )
        for item in (item for page in pages for item in page.get("Contents", [])):
            # S3 reports the time of writing in whole seconds.
            written = item["LastModified"]
            if any(time.replace(microsecond=0) <= written <= time + buffer + MAX_DELIVERY for time in times.values()):
                found.append((written, item["Key"]))
    return [key for _, key in sorted(found)[:MAX_OBJECTS]]


def _event_ids(key: str) -> set[str]:
    body = _s3().get_object(Bucket=setting("EVENT_STORE_BUCKET_NAME"), Key=key)["Body"]
    return {found.event.id for found in read_events(body.iter_chunks(CHUNK_BYTES)) if isinstance(found, ReadEvent)}
