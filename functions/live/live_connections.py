"""Lambda entry point of the WebSocket API's routes: open and close live connections.

The ticket in the URL authenticates the user. It also protects against cross-site WebSocket hijacking, because a page of
another site cannot get a ticket. Clients send no messages.
"""

from collections.abc import Mapping
from typing import Any

import live_store
from kernel.observability import logger, tracer

ACCEPTED = {"statusCode": 200}
REFUSED = {"statusCode": 403}


@logger.inject_lambda_context(clear_state=True)
@tracer.capture_lambda_handler(capture_response=False)
def handler(event: dict[str, Any], _context: Any) -> dict[str, int]:
    """Handle an event of a WebSocket connection.

    Returns:
        200, or 403 for a connection without a valid ticket, which API Gateway then refuses.
    """
    context = event["requestContext"]
    match context["routeKey"]:
        case "$connect":
            return _connect(context["connectionId"], event)
        case "$disconnect":
            live_store.remove_connection(context["connectionId"])
    return ACCEPTED


def _connect(connection_id: str, event: Mapping[str, Any]) -> dict[str, int]:
    ticket = (event.get("queryStringParameters") or {}).get("ticket", "")
    audience = live_store.take_ticket(ticket)
    if audience is None:
        logger.warning("refused a connection without a valid ticket")
        return REFUSED
    live_store.add_connection(connection_id, audience)
    return ACCEPTED
