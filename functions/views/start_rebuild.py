"""Rebuild the views from the event store: `POST /views/rebuild`. For operators; one rebuild at a time."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

from aws_lambda_powertools.event_handler import Response

import rebuild_register
import rebuild_run
from kernel.http_application import Routes, json_response
from kernel.identity import require_operator
from kernel.observability import logger
from kernel.problems import Problem
from kernel.timestamps import now, timestamp
from rebuild_register import ClaimConflict, Latest
from rebuild_run import EventCounts, ObjectCounts, Rebuild

# A rebuild is claimed before its execution starts. If the execution does not exist after this time, the start failed.
MAX_START_DELAY = timedelta(minutes=1)

routes = Routes()


@routes.post("/views/rebuild")
def start_rebuild() -> Response[str]:
    """Start a rebuild, which continues after the response.

    Returns:
        202 and the rebuild.

    Raises:
        Problem: 409 if another rebuild is running.
    """
    require_operator(routes.caller())
    latest = rebuild_register.latest()
    if latest and _is_running(latest):
        raise _busy(f"The rebuild {latest.rebuild_id} is running. Start another one after it has ended.")
    new = Latest(str(uuid4()), now())
    try:
        rebuild_register.claim(new, instead_of=latest)
    except ClaimConflict:
        raise _busy("Another rebuild was just started.") from None
    rebuild_run.start(new.rebuild_id)
    logger.info("started the rebuild %s", new.rebuild_id)
    started = Rebuild(
        rebuild_id=new.rebuild_id,
        status="RUNNING",
        started_at=new.claimed_at,
        objects=ObjectCounts(),
        events=EventCounts(),
    )
    return json_response(202, started, location=f"rebuild/{new.rebuild_id}")


def _is_running(latest: Latest) -> bool:
    try:
        return rebuild_run.is_running(latest.rebuild_id)
    except rebuild_run.NoSuchRebuild:
        return latest.claimed_at > timestamp(datetime.now(UTC) - MAX_START_DELAY)


def _busy(detail: str) -> Problem:
    return Problem(409, detail, kind="rebuild-running")
