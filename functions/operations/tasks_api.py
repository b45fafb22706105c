"""Lambda entry point of operations: the routes of the API for operators' tasks."""

from kernel.http_application import http_application

import decide_task
import list_tasks

handler = http_application(list_tasks.routes, decide_task.routes)
