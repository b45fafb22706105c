"""List the open tasks, oldest first: `GET /tasks`. For operators."""

from aws_lambda_powertools.event_handler import Response

import task_store
from kernel.http_application import ResponseBody, Routes, json_response
from kernel.identity import require_operator
from kernel.page_request import next_token, page_request
from kernel.problems import Problem
from task import TaskDocument

OPEN = "open"


class TaskPage(ResponseBody):
    """Open tasks, oldest first. `next_token` requests the next page; the last page has none."""

    tasks: list[TaskDocument]
    next_token: str | None = None


routes = Routes()


@routes.get("/tasks")
def list_tasks() -> Response[str]:
    """Return 200 and a page of tasks, with the token of the next page if there is one."""
    require_operator(routes.caller())
    request = page_request(routes, task_store.PAGE_KEY, lambda key: task_store.is_listed(OPEN, key))
    if routes.query_parameter("status") not in (None, OPEN):
        raise Problem(400, "The only supported filter is status=open.", kind="status")
    page = task_store.list_tasks(OPEN, limit=request.limit, start=request.start)
    more = next_token(page.next_key) if page.next_key else None
    return json_response(200, TaskPage(tasks=[task.document() for task in page.tasks], next_token=more))
