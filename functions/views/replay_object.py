"""Replay an object of the event store into the views. Called by rebuild_views, once for each object, and again."""

from typing import Any

import rebuild_register
from event_replay import replay_stored_object
from kernel.observability import logger, tracer


class NoRebuild(Exception):
    """Nobody has asked for a rebuild."""


@logger.inject_lambda_context(clear_state=True)
@tracer.capture_lambda_handler(capture_response=False)
def handler(event: dict[str, Any], _context: Any) -> dict[str, Any]:
    """Project the events of the object `event["Key"]`, as the projector does; count what is none.

    The map's item does not name its run, but only one runs at a time: the latest.

    Raises:
        NoRebuild: There is none.
        ClientError: A fault. Step Functions retries the whole object.
    """
    latest = rebuild_register.latest()
    if latest is None:
        raise NoRebuild("start one by POST /views/rebuild")
    replayed = replay_stored_object(latest.rebuild_id, event["Key"])
    return {"applied": replayed.applied, "unreadable": replayed.unreadable}
