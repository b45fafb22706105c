"""Find objects of the event store that the local query engine cannot read, and set them aside."""

import zlib
from collections.abc import Iterable, Iterator

from botocore.exceptions import ClientError
from rich.console import Console
from rich.markup import escape

from tools.local_cloud.aws import Aws
from tools.local_cloud.cloud import LocalCloudError
from tools.local_cloud.stack import Stack

PREFIX = "events/"
# Queries, rebuilds and the audit do not read this prefix.
ASIDE_PREFIX = "set-aside/"
# The longest line that DuckDB, the emulator's query engine, accepts.
MAX_LINE_BYTES = 2_000_000
SHOWN = 20


def event_objects(aws: Aws, stack: Stack) -> Iterator[str]:
    """Yield the keys of the objects that hold events."""
    pages = aws.s3.get_paginator("list_objects_v2").paginate(
        Bucket=stack.outputs["EventStoreBucketName"], Prefix=PREFIX
    )
    return (entry["Key"] for page in pages for entry in page.get("Contents", []))


def unreadable_objects(aws: Aws, stack: Stack) -> Iterator[tuple[str, str]]:
    """Yield key and reason of each object that makes every local query fail."""
    for key in event_objects(aws, stack):
        body = aws.s3.get_object(Bucket=stack.outputs["EventStoreBucketName"], Key=key)["Body"].read()
        if reason := _why_unreadable(key, body):
            yield key, reason


def set_aside(aws: Aws, stack: Stack, key: str) -> str:
    """Move an object to a prefix that nothing reads.

    Returns:
        Its new key.

    Raises:
        LocalCloudError: The key is not under `events/`, or the event store has no such object.
    """
    bucket = stack.outputs["EventStoreBucketName"]
    new_key = ASIDE_PREFIX + key
    try:
        if not key.startswith(PREFIX):
            raise LocalCloudError(f"OBJECT must be a key under {PREFIX}, as make query and make audit print it")
        aws.s3.copy_object(Bucket=bucket, Key=new_key, CopySource={"Bucket": bucket, "Key": key})
    except ClientError as error:
        if error.response["Error"]["Code"] not in ("NoSuchKey", "404"):
            raise
        raise LocalCloudError(f"The event store has no object {key}") from None
    aws.s3.delete_object(Bucket=bucket, Key=key)
    return new_key


def show_unreadable(console: Console, objects: Iterable[tuple[str, str]]) -> bool:
    """Print the objects and what to do about them. Returns False if there are none."""
    unreadable = list(objects)
    if not unreadable:
        return False
    console.print("The query engine cannot read these objects of the event store, so every query fails:")
    for key, reason in unreadable[:SHOWN]:
        console.print(f"  {escape(key)}: {reason}")
    if len(unreadable) > SHOWN:
        console.print(f"  … and {len(unreadable) - SHOWN} more")
    console.print("Set each of them aside, restore the events that the tables still have, and retry the query:")
    console.print(f"  make set-aside OBJECT='{escape(unreadable[0][0])}'")
    console.print("  make republish")
    return True


def show_set_aside(console: Console, aws: Aws, stack: Stack, key: str | None) -> int:
    """Set an object aside, print its new key, and return the exit status."""
    if not key:
        raise LocalCloudError("Which object? make query and make audit print its key: make set-aside OBJECT=events/…")
    new_key = set_aside(aws, stack, key)
    console.print(f"The object is now {escape(new_key)} in the same bucket. Queries, rebuilds and the audit ignore it.")
    console.print("`make republish` restores the events that it held and that the tables still have.")
    return 0


def _why_unreadable(key: str, body: bytes) -> str | None:
    try:
        # The query engine derives the compression from the object's name.
        text = zlib.decompress(body, wbits=zlib.MAX_WBITS | 16) if key.endswith(".gz") else body
        text.decode()
    except zlib.error:
        return "damaged gzip data"
    except UnicodeDecodeError as error:
        return f"not UTF-8 text (byte {error.start})"
    if max(map(len, text.splitlines()), default=0) > MAX_LINE_BYTES:
        return f"a line is longer than {MAX_LINE_BYTES} bytes"
    return None
