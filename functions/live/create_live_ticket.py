"""Create a ticket for a live connection: `POST /live/tickets`. Lambda entry point of the live service.

A browser cannot send a token with a WebSocket handshake, only a URL, and logs may contain URLs. Therefore the URL
contains a ticket that works once, and only for seconds.
"""

from aws_lambda_powertools.event_handler import Response

import live_store
from kernel.http_application import ResponseBody, Routes, http_application, json_response
from kernel.settings import setting


class LiveTicket(ResponseBody):
    """The URL of a WebSocket connection. It works once, within `expires_in` seconds."""

    url: str
    expires_in: int


routes = Routes()


@routes.post("/live/tickets")
def create_live_ticket() -> Response[str]:
    """Create a ticket for the caller.

    Returns:
        201 with the URL that the page connects to.
    """
    ticket = live_store.create_ticket(routes.caller())
    # https becomes wss, and the emulator's http becomes ws.
    url = "ws" + setting("LIVE_API_URL").removeprefix("http")
    return json_response(201, LiveTicket(url=f"{url}?ticket={ticket}", expires_in=live_store.TICKET_SECONDS))


handler = http_application(routes)
