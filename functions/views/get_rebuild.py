"""See how far a rebuild of the views is, or what it came to: `GET /views/rebuild/{rebuild_id}`. For operators."""

import re

from kernel.http_application import HttpApplication, answer
from kernel.identity import require_operator
from kernel.problems import Problem

from aws_lambda_powertools.event_handler import Response

import rebuild_run

REBUILD_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")

app = HttpApplication()
handler = app.lambda_handler()


@app.get("/views/rebuild/<rebuild_id>")
def get_rebuild(rebuild_id: str) -> Response[str]:
    """Answer 200 with the rebuild's progress; when it has ended, that is its summary."""
    require_operator(app.caller())
    if not REBUILD_ID.fullmatch(rebuild_id):
        raise _unknown(rebuild_id)
    try:
        return answer(200, rebuild_run.find(rebuild_id))
    except rebuild_run.NoSuchRebuild:
        raise _unknown(rebuild_id) from None


def _unknown(rebuild_id: str) -> Problem:
    return Problem(404, f"There is no rebuild {rebuild_id[:80]}.")
