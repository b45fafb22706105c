"""Resolve a task: `POST /tasks/{task_id}/decision`. For operators."""

import re
from typing import Annotated, Literal

from aws_lambda_powertools.event_handler import Response
from pydantic import Field

import task_store
from decision_callback import deliver_decision
from kernel.http_application import RequestBody, Routes, json_response
from kernel.identity import require_operator
from kernel.observability import correlate
from kernel.problems import Problem, invalid_members
from kernel.text import Text
from kernel.timestamps import now
from task import InvalidVerdict, NotOpen, Task, Verdict

TASK_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}-(orders|returns|shipping)-[0-9]{1,9}")
ORDER_ID_LENGTH = 36


class ResolveTask(RequestBody):
    decision: Literal["approve", "reject", "retry", "refund", "resolve"]
    comment: Text | None = None
    restock: Annotated[
        bool | None, Field(description="Put the items of an approved return back in stock. The default is false.")
    ] = None


routes = Routes()


@routes.post("/tasks/<task_id>/decision")
def resolve_task(task_id: str) -> Response[str]:
    """Store the operator's decision, then deliver it to the execution that waits for it.

    If the delivery fails, the request fails too, and chase_tasks delivers the decision later.

    Returns:
        200 and the task with the decision. The order changes later.

    Raises:
        Problem: 404 if the task does not exist; 409 if it is decided or closed; 422 if the task does not accept
            the decision, or the decision requires a comment.
    """
    operator = routes.caller()
    require_operator(operator)
    request = routes.body(ResolveTask)
    if not TASK_ID.fullmatch(task_id):
        raise _unknown(task_id)
    correlate(task_id[:ORDER_ID_LENGTH])
    verdict = Verdict(request.decision)
    try:
        task = task_store.change(
            task_id,
            lambda task: task.resolve(verdict, operator.user_id, request.comment, now(), restock=request.restock),
        )
    except KeyError:
        raise _unknown(task_id) from None
    except NotOpen:
        raise Problem(409, _outcome(task_store.load(task_id)), kind="not-open") from None
    except InvalidVerdict as error:
        raise invalid_members({"pointer": f"/{error.member}", "detail": str(error)}) from None
    deliver_decision(task)
    return json_response(200, task.document())


def _outcome(task: Task | None) -> str:
    """Say who decided the task, and when."""
    if task is None or task.verdict is None:
        return "This task is closed, because its order or return no longer needs a decision."
    who = f"operator {task.operator_id[:8]}" if task.operator_id else "the timeout"
    date, time = (task.decided_at or task.opened_at)[:19].split("T")
    return f"Already decided by {who}: {task.verdict}, on {date} at {time} UTC."


def _unknown(task_id: str) -> Problem:
    return Problem(404, f"There is no task {task_id[:80]}.")
