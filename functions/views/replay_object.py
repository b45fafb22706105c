"""Lambda entry point that replays an object of the event store into the views. rebuild_views calls and retries it."""

from typing import Any

import rebuild_register
from event_replay import replay_stored_object
from kernel.observability import logger, tracer


class NoRebuild(Exception):
    """No rebuild was started."""


@logger.inject_lambda_context(clear_state=True)
@tracer.capture_lambda_handler(capture_response=False)
def handler(event: dict[str, Any], _context: Any) -> dict[str, Any]:
    """Project the events of the object `event["Key"]`, and count them and the unreadable entries.

    The input does not name the rebuild. It is the latest one, because only one rebuild runs at a time.

    Raises:
        NoRebuild: No rebuild was started.
        ClientError: A call to AWS failed. Step Functions retries the whole object.
    """
    latest = rebuild_register.latest()
    if latest is None:
        raise NoRebuild("start a rebuild with POST /views/rebuild")
    replayed = replay_stored_object(latest.rebuild_id, event["Key"])
    return {"applied": replayed.applied, "unreadable": replayed.unreadable}
