"""Objects of the event store that the local query engine cannot read, and how to set one aside."""

import zlib
from collections.abc import Iterable, Iterator

from botocore.exceptions import ClientError
from rich.console import Console
from rich.markup import escape

from tools.local_cloud.aws import Aws
from tools.local_cloud.cloud import LocalCloudError
from tools.local_cloud.stack import Stack

PREFIX = "events/"
# Outside of the prefix that queries, rebuilds and the audit read.
ASIDE_PREFIX = "set-aside/"
# DuckDB, the emulator's query engine, refuses a longer line.
MAX_LINE_BYTES = 2_000_000
SHOWN = 20


def event_objects(aws: Aws, stack: Stack) -> Iterator[str]:
    """Yield the keys of the objects that hold events."""
    pages = aws.s3.get_paginator("list_objects_v2").paginate(
        Bucket=stack.outputs["EventStoreBucketName"], Prefix=PREFIX
    )
    return (entry["Key"] for page in pages for entry in page.get("Contents", []))


def unreadable_objects(aws: Aws, stack: Stack) -> Iterator[tuple[str, str]]:
    """Yield the objects that make every local query fail: the key of each, and the reason."""
    for key in event_objects(aws, stack):
        body = aws.s3.get_object(Bucket=stack.outputs["EventStoreBucketName"], Key=key)["Body"].read()
        if reason := _why_unreadable(key, body):
            yield key, reason


def set_aside(aws: Aws, stack: Stack, key: str) -> str:
    """Move an object out of the events.

    Returns:
        Its new key.

    Raises:
        LocalCloudError: The store has no such object of events.
    """
    bucket = stack.outputs["EventStoreBucketName"]
    new_key = ASIDE_PREFIX + key
    try:
        if not key.startswith(PREFIX):
            raise LocalCloudError(f"OBJECT is a key under {PREFIX}, as make query and make audit show it")
        aws.s3.copy_object(Bucket=bucket, Key=new_key, CopySource={"Bucket": bucket, "Key": key})
    except ClientError as error:
        if error.response["Error"]["Code"] not in ("NoSuchKey", "404"):
            raise
        raise LocalCloudError(f"The event store has no object {key}") from None
    aws.s3.delete_object(Bucket=bucket, Key=key)
    return new_key


def show_unreadable(console: Console, objects: Iterable[tuple[str, str]]) -> bool:
    """Print the objects and what to do about them. Returns: whether there are any."""
    found = list(objects)
    if not found:
        return False
    console.print("The query engine cannot read these objects of the event store, so every query fails:")
    for key, reason in found[:SHOWN]:
        console.print(f"  {escape(key)}: {reason}")
    if len(found) > SHOWN:
        console.print(f"  … and {len(found) - SHOWN} more")
    console.print("Set each of them aside, restore the events that the tables still have, and ask again:")
    console.print(f"  make set-aside OBJECT='{escape(found[0][0])}'")
    console.print("  make republish")
    return True


def show_set_aside(console: Console, aws: Aws, stack: Stack, key: str | None) -> int:
    """Set an object aside, and print where it is. Returns: the exit status."""
    if not key:
        raise LocalCloudError("Which object? make query and make audit show its key: make set-aside OBJECT=events/…")
    new_key = set_aside(aws, stack, key)
    console.print(f"The object is now {escape(new_key)} in the same bucket. Queries, rebuilds and the audit ignore it.")
    console.print("`make republish` restores the events that it held and that the tables still have.")
    return 0


def _why_unreadable(key: str, body: bytes) -> str | None:
    try:
        # The engine goes by the name of an object.
        text = zlib.decompress(body, wbits=zlib.MAX_WBITS | 16) if key.endswith(".gz") else body
        text.decode()
    except zlib.error:
        return "its gzip is damaged"
    except UnicodeDecodeError as error:
        return f"it is not UTF-8 text (byte {error.start})"
    if max(map(len, text.splitlines()), default=0) > MAX_LINE_BYTES:
        return f"it has a line of more than {MAX_LINE_BYTES} bytes"
    return None
