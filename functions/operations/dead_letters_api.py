"""Lambda entry point of operations: the routes of the API for dead-letter queues."""

from kernel.http_application import http_application

import list_dead_letters
import redrive_dead_letters

handler = http_application(list_dead_letters.routes, redrive_dead_letters.routes)
