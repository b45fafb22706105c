"""Lambda entry point of the views: the queries of customers and operators. The public query is in catalog.py."""

import get_activity
import get_order
import list_order_events
import list_orders
import search_orders
from kernel.http_application import http_application

handler = http_application(
    list_orders.routes, get_order.routes, list_order_events.routes, search_orders.routes, get_activity.routes
)
