"""Lambda entry point of the orders service: its API routes."""

import cancel_order
import place_order
from kernel.http_application import http_application

handler = http_application(place_order.routes, cancel_order.routes)
