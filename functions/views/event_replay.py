"""Replay the events of an object of the event store into the views, and mark them for the cleanup."""

from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING

import boto3
from botocore.exceptions import ClientError
from pydantic import ValidationError

import rebuild_register
from event_models import InvalidEvent
from kernel.event_reader import CHUNK_BYTES, ReadEvent, Unreadable, cause_of, read_events
from kernel.init_phase import cached_at_init
from kernel.observability import logger
from kernel.settings import setting
from projection import project
from rebuild_register import MAX_LISTED_FAULTS, ReplayedObject
from view_upcasters import upcast

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

# The views accept events in any order, so several are projected concurrently. The DynamoDB client has ten connections.
CONCURRENCY = 8
BATCH_SIZE = 200


@cached_at_init
def _s3() -> "S3Client":
    return boto3.client("s3")


def replay_stored_object(rebuild_id: str, key: str) -> ReplayedObject:
    """Replay an object of the event store, and register the result.

    Raises:
        ClientError: A call to AWS failed. Replaying the whole object again is safe.
    """
    rebuild_register.put_object(rebuild_id, ReplayedObject(key, done=False))
    content = _s3().get_object(Bucket=setting("EVENT_STORE_BUCKET_NAME"), Key=key)["Body"]
    replayed = replay(rebuild_id, key, content.iter_chunks(CHUNK_BYTES))
    rebuild_register.put_object(rebuild_id, replayed)
    logger.info("replayed %s: %s events, %s unreadable", key, replayed.applied, replayed.unreadable)
    return replayed


def replay(rebuild_id: str, key: str, chunks: Iterable[bytes]) -> ReplayedObject:
    """Project, mark and count the events of an object's content.

    Raises:
        ClientError: A call to AWS failed.
    """
    applied, unreadable = 0, 0
    faults: list[Unreadable] = []
    with ThreadPoolExecutor(CONCURRENCY) as pool:
        for batch in _batches(read_events(chunks)):
            for fault in pool.map(partial(_apply, rebuild_id), batch):
                if fault is None:
                    applied += 1
                else:
                    unreadable += 1
                    faults += [fault] if len(faults) < MAX_LISTED_FAULTS else []
    return ReplayedObject(key, True, applied, unreadable, tuple(faults))


def _apply(rebuild_id: str, found: ReadEvent | Unreadable) -> Unreadable | None:
    """Project and mark an event.

    Returns:
        The fault of an unreadable or invalid event; None if the event was projected.
    """
    if isinstance(found, Unreadable):
        return found
    try:
        event = upcast(found.event)
        project(event)
        rebuild_register.put_mark(rebuild_id, event)
    except ValidationError as error:
        return Unreadable(found.position, f"the views cannot project this event: {cause_of(error)}")
    except InvalidEvent as error:
        return Unreadable(found.position, f"the views cannot project this event: {error}")
    except (KeyError, TypeError, ValueError, ArithmeticError) as error:
        return Unreadable(found.position, f"the views cannot project this event: {type(error).__name__}")
    except ClientError as error:
        # DynamoDB refuses the item permanently: it is too large, or a key or a number in it is too long.
        if error.response["Error"]["Code"] != "ValidationException":
            raise
        return Unreadable(found.position, "the views cannot store this event: ValidationException")
    return None


def _batches(found: Iterator[ReadEvent | Unreadable]) -> Iterator[list[ReadEvent | Unreadable]]:
    while batch := list(islice(found, BATCH_SIZE)):
        yield batch
