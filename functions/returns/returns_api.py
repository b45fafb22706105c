"""Lambda entry point of the returns service: its API."""

import request_return
from kernel.http_application import http_application

handler = http_application(request_return.routes)
