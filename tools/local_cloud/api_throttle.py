"""A limit on the API requests that the emulator handles at the same time, with the answer of a throttled API Gateway.

Each request in flight is a process of its own on the laptop. More wait for a moment, and are then refused with 429, as
API Gateway refuses what is beyond its rate: a problem document that says when to repeat the request. The emulator's own
429, for a Lambda function at the concurrency limit, gets the same form.
"""

import asyncio
import json
import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hypercorn.typing import ASGIFramework, ASGIReceiveCallable, ASGISendCallable, ASGISendEvent, Scope

API_PATH = "/_aws/execute-api/"
LONGEST_WAIT_SECONDS = 1.5
RETRY_AFTER_SECONDS = 1
TOO_MANY_REQUESTS = 429


def requests_at_once(cores: int) -> int:
    """Return how many API requests this machine handles at the same time."""
    return max(8, 4 * cores)


class ApiThrottle:
    """An ASGI application that passes requests on, and API requests only so many at a time.

    Args:
        application: The ASGI application behind it.
        limit: How many API requests may be in flight.
    """

    def __init__(self, application: "ASGIFramework", limit: int | None = None) -> None:
        self._application = application
        self._in_flight = asyncio.Semaphore(limit or requests_at_once(os.cpu_count() or 1))

    async def __call__(self, scope: "Scope", receive: "ASGIReceiveCallable", send: "ASGISendCallable") -> None:
        """Serve one connection, as ASGI defines it."""
        if scope["type"] != "http" or not scope["path"].startswith(API_PATH):
            await self._application(scope, receive, send)
            return
        try:
            await asyncio.wait_for(self._in_flight.acquire(), LONGEST_WAIT_SECONDS)
        except TimeoutError:
            await _refuse(scope["path"], send)
            return
        try:
            await self._application(scope, receive, _with_problem_documents(scope["path"], send))
        finally:
            self._in_flight.release()


def _with_problem_documents(path: str, send: "ASGISendCallable") -> "ASGISendCallable":
    """Return `send`, but for a 429 that is no problem document: that is sent as one."""
    is_replaced = False

    async def send_event(event: "ASGISendEvent") -> None:
        nonlocal is_replaced
        if event["type"] == "http.response.start" and event["status"] == TOO_MANY_REQUESTS:
            is_replaced = dict(event["headers"]).get(b"content-type") != b"application/problem+json"
            if is_replaced:
                await _refuse(path, send)
        if not is_replaced:
            await send(event)

    return send_event


async def _refuse(path: str, send: "ASGISendCallable") -> None:
    document = {
        "type": "about:blank",
        "title": "Too Many Requests",
        "status": TOO_MANY_REQUESTS,
        "detail": f"The API is busy. Repeat the same request after {RETRY_AFTER_SECONDS} s.",
        "instance": path,
    }
    headers = [
        (b"content-type", b"application/problem+json"),
        (b"retry-after", str(RETRY_AFTER_SECONDS).encode()),
    ]
    await send({"type": "http.response.start", "status": TOO_MANY_REQUESTS, "headers": headers, "trailers": False})
    await send({"type": "http.response.body", "body": json.dumps(document).encode(), "more_body": False})
