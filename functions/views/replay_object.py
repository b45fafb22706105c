"""Replay an object of the event store into the views. Called by rebuild_views, once for each object, and again."""

from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from typing import TYPE_CHECKING, Any

from kernel.at_start import made_at_start
from kernel.observability import logger, tracer
from kernel.settings import setting
from kernel.upcasting import upcast

import boto3
from botocore.exceptions import ClientError
from pydantic import ValidationError

import rebuild_register
from event_models import InvalidEvent
from event_reader import PIECE_BYTES, ReadEvent, Unreadable, cause_of, read_events
from projection import project
from rebuild_register import FAULTS_LISTED, ReplayedObject

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

# The views take events in any order, so several are on their way at once. The DynamoDB client has ten connections.
AT_ONCE = 8
BATCH = 200


class NoRebuild(Exception):
    """Nobody has asked for a rebuild."""


@made_at_start
def _s3() -> "S3Client":
    return boto3.client("s3")


@logger.inject_lambda_context(clear_state=True)
@tracer.capture_lambda_handler(capture_response=False)
def handler(event: dict[str, Any], _context: Any) -> dict[str, Any]:
    """Project the events of the object `event["Key"]`, as the projector does; count what is none.

    The map's item says nothing of the run that it belongs to, but only one runs at a time: the latest.

    Raises:
        NoRebuild: there is none.
        ClientError: a fault; the object comes again, as a whole.
    """
    key = event["Key"]
    latest = rebuild_register.latest()
    if latest is None:
        raise NoRebuild("start one by POST /views/rebuild")
    rebuild_register.put_object(latest.rebuild_id, ReplayedObject(key, done=False))
    content = _s3().get_object(Bucket=setting("EVENT_STORE_BUCKET_NAME"), Key=key)["Body"]
    replayed = replay(key, content.iter_chunks(PIECE_BYTES))
    rebuild_register.put_object(latest.rebuild_id, replayed)
    logger.info("replayed %s: %s events, %s unreadable", key, replayed.applied, replayed.unreadable)
    return {"applied": replayed.applied, "unreadable": replayed.unreadable}


def replay(key: str, chunks: Iterable[bytes]) -> ReplayedObject:
    """Project the events of an object's content, and count. Raises: ClientError: a fault of the engine."""
    applied, unreadable = 0, 0
    faults: list[Unreadable] = []
    with ThreadPoolExecutor(AT_ONCE) as pool:
        for batch in _batches(read_events(chunks)):
            for fault in pool.map(_apply, batch):
                if fault is None:
                    applied += 1
                else:
                    unreadable += 1
                    faults += [fault] if len(faults) < FAULTS_LISTED else []
    return ReplayedObject(key, True, applied, unreadable, tuple(faults))


def _apply(found: ReadEvent | Unreadable) -> Unreadable | None:
    """Project an event; return what is wrong with one that makes no sense to the views."""
    if isinstance(found, Unreadable):
        return found
    try:
        project(upcast(found.event))
    except ValidationError as error:
        return Unreadable(found.position, f"the views cannot take this event: {cause_of(error)}")
    except InvalidEvent as error:
        return Unreadable(found.position, f"the views cannot take this event: {error}")
    except (KeyError, TypeError, ValueError, ArithmeticError) as error:
        return Unreadable(found.position, f"the views cannot take this event: {type(error).__name__}")
    except ClientError as error:
        # DynamoDB's word for an item that it never takes: a key or a number that is too long, too large an item.
        if error.response["Error"]["Code"] != "ValidationException":
            raise
        return Unreadable(found.position, "the views cannot store this event: ValidationException")
    return None


def _batches(found: Iterator[ReadEvent | Unreadable]) -> Iterator[list[ReadEvent | Unreadable]]:
    while batch := list(islice(found, BATCH)):
        yield batch
