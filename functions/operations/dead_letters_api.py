"""Lambda entry point of operations: the routes of the API for dead-letter queues."""

import list_dead_letters
import redrive_dead_letters
from kernel.http_application import http_application

handler = http_application(list_dead_letters.routes, redrive_dead_letters.routes)
