"""Decide a task: `POST /tasks/{task_id}/decision`. For operators."""

import re
from typing import Literal

from aws_lambda_powertools.event_handler import Response

import task_store
from decision_callback import deliver_decision
from kernel.http_application import RequestBody, Routes, json_response
from kernel.identity import require_operator
from kernel.observability import correlate
from kernel.problems import Problem, invalid_members
from kernel.text import Text
from kernel.timestamps import now
from task import DoesNotFit, NotOpen, Verdict

TASK_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}-[0-9]{1,9}")


class DecideTask(RequestBody):
    decision: Literal["approve", "reject", "retry", "resolve"]
    comment: Text | None = None


routes = Routes()


@routes.post("/tasks/<task_id>/decision")
def decide_task(task_id: str) -> Response[str]:
    """Store the operator's decision, then resume the execution that waits for it.

    The decision is stored before it is delivered to the waiting execution. If delivery fails, chase_tasks repeats it.

    Returns:
        200 and the decided task. The order changes later.

    Raises:
        Problem: 404, there is no such task; 409, it is decided or closed; 422, the decision does not fit its kind.
    """
    operator = routes.caller()
    require_operator(operator)
    request = routes.body(DecideTask)
    if not TASK_ID.fullmatch(task_id):
        raise _unknown(task_id)
    correlate(task_id.rpartition("-")[0])
    verdict = Verdict(request.decision)
    try:
        task = task_store.change(task_id, lambda task: task.decide(verdict, operator.user_id, request.comment, now()))
    except KeyError:
        raise _unknown(task_id) from None
    except NotOpen:
        raise Problem(409, f"The task {task_id} is decided or closed already.", kind="not-open") from None
    except DoesNotFit as misfit:
        raise invalid_members({"pointer": f"/{misfit.member}", "detail": str(misfit)}) from None
    deliver_decision(task)
    return json_response(200, task.document())


def _unknown(task_id: str) -> Problem:
    return Problem(404, f"There is no task {task_id[:80]}.")
