"""Lambda entry point of operations: the routes of the API for operators' tasks."""

import decide_task
import list_tasks
from kernel.http_application import http_application

handler = http_application(list_tasks.routes, decide_task.routes)
