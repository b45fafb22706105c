"""Lambda entry point of operations: the routes of the API for operators' tasks."""

import list_tasks
import resolve_task
from kernel.http_application import http_application

handler = http_application(list_tasks.routes, resolve_task.routes)
