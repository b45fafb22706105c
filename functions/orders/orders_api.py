"""Lambda entry point of the orders service: its routes of the API."""

from kernel.http_application import http_application

import cancel_order
import place_order

handler = http_application(place_order.routes, cancel_order.routes)
