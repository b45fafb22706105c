"""Limit the API requests that the emulator handles concurrently, and throttle the rest as API Gateway does.

On the laptop, each request in flight needs its own process. A request above the limit waits for a moment and is then
refused with 429: a problem document and a `Retry-After` header. The emulator's own 429 response, for a Lambda function
at its concurrency limit, gets the same format.
"""

import asyncio
import json
import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

API_PATH = "/_aws/execute-api/"
# Messages to WebSocket connections start no function.
CONNECTIONS = "/@connections/"
MAX_WAIT_SECONDS = 1.5
RETRY_AFTER_SECONDS = 1
TOO_MANY_REQUESTS = 429


def concurrent_request_limit(cores: int) -> int:
    """Return how many API requests are handled concurrently on a machine with `cores` processor cores."""
    return max(8, 4 * cores)


class ApiThrottle:
    """An ASGI middleware that limits the number of concurrent API requests. Other requests pass unlimited.

    Args:
        application: The ASGI application behind it.
        limit: The maximum number of API requests in flight. By default it depends on the number of cores.
    """

    def __init__(self, application: "ASGIApp", limit: int | None = None) -> None:
        self._application = application
        self._in_flight = asyncio.Semaphore(limit or concurrent_request_limit(os.cpu_count() or 1))

    async def __call__(self, scope: "Scope", receive: "Receive", send: "Send") -> None:
        """Serve one connection (ASGI interface)."""
        path = scope.get("path", "")
        if scope["type"] != "http" or not path.startswith(API_PATH) or CONNECTIONS in path:
            await self._application(scope, receive, send)
            return
        try:
            await asyncio.wait_for(self._in_flight.acquire(), MAX_WAIT_SECONDS)
        except TimeoutError:
            await _refuse(scope["path"], send)
            return
        try:
            await self._application(scope, receive, _with_problem_documents(scope["path"], send))
        finally:
            self._in_flight.release()


def _with_problem_documents(path: str, send: "Send") -> "Send":
    """Return a `send` that replaces a 429 response by a problem document, unless it already is one."""
    is_replaced = False

    async def send_event(event: "Message") -> None:
        nonlocal is_replaced
        if event["type"] == "http.response.start" and event["status"] == TOO_MANY_REQUESTS:
            is_replaced = dict(event["headers"]).get(b"content-type") != b"application/problem+json"
            if is_replaced:
                await _refuse(path, send)
        if not is_replaced:
            await send(event)

    return send_event


async def _refuse(path: str, send: "Send") -> None:
    document = {
        "type": "about:blank",
        "title": "Too Many Requests",
        "status": TOO_MANY_REQUESTS,
        "detail": f"The API is busy. Retry the same request after {RETRY_AFTER_SECONDS} s.",
        "instance": path,
    }
    headers = [
        (b"content-type", b"application/problem+json"),
        (b"retry-after", str(RETRY_AFTER_SECONDS).encode()),
    ]
    await send({"type": "http.response.start", "status": TOO_MANY_REQUESTS, "headers": headers, "trailers": False})
    await send({"type": "http.response.body", "body": json.dumps(document).encode(), "more_body": False})
