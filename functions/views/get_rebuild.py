"""Get the progress or the result of a rebuild of the views: `GET /views/rebuild/{rebuild_id}`. For operators."""

import re

from aws_lambda_powertools.event_handler import Response

import rebuild_run
from kernel.http_application import Routes, json_response
from kernel.identity import require_operator
from kernel.problems import Problem

REBUILD_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")

routes = Routes()


@routes.get("/views/rebuild/<rebuild_id>")
def get_rebuild(rebuild_id: str) -> Response[str]:
    """Return 200 and the rebuild's progress, or its result once it has ended.

    Raises:
        Problem: 404 if the rebuild does not exist.
    """
    require_operator(routes.caller())
    if not REBUILD_ID.fullmatch(rebuild_id):
        raise _unknown(rebuild_id)
    try:
        return json_response(200, rebuild_run.find(rebuild_id))
    except rebuild_run.NoSuchRebuild:
        raise _unknown(rebuild_id) from None


def _unknown(rebuild_id: str) -> Problem:
    return Problem(404, f"There is no rebuild {rebuild_id[:80]}.")
