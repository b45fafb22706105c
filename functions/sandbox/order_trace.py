"""Lambda entry point: what the functions logged about an order, and where the event store keeps its events."""

import locate_events
import trace_order
from kernel.http_application import http_application

handler = http_application(trace_order.routes, locate_events.routes)
