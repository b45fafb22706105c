"""The throttle in front of the emulator's API: which requests wait, which are refused, and the 429 response."""

import asyncio
import json
from typing import Any

import pytest

from tools.local_cloud import api_throttle
from tools.local_cloud.api_throttle import ApiThrottle

API = "/_aws/execute-api/b772686f/api/orders"


class Emulator:
    """A fake ASGI application that responds when the test allows it."""

    def __init__(self, status: int = 202, content_type: bytes = b"application/json") -> None:
        self.may_answer = asyncio.Event()
        self.in_flight = self.max_in_flight = 0
        self._status = status
        self._content_type = content_type

    async def __call__(self, _scope: Any, _receive: Any, send: Any) -> None:
        self.in_flight += 1
        self.max_in_flight = max(self.max_in_flight, self.in_flight)
        await self.may_answer.wait()
        self.in_flight -= 1
        headers = [(b"content-type", self._content_type)]
        await send({"type": "http.response.start", "status": self._status, "headers": headers})
        await send({"type": "http.response.body", "body": b"{}"})


async def call(application: Any, path: str = API) -> tuple[int, dict[bytes, bytes], bytes]:
    events: list[Any] = []

    async def send(event: Any) -> None:
        events.append(event)

    await application({"type": "http", "path": path}, None, send)
    start, body = events
    return start["status"], dict(start["headers"]), body["body"]


def test_requests_above_the_limit_wait() -> None:
    async def scenario() -> None:
        emulator = Emulator()
        throttle = ApiThrottle(emulator, limit=2)
        calls = [asyncio.create_task(call(throttle)) for _ in range(5)]
        await asyncio.sleep(0)
        emulator.may_answer.set()

        assert [status for status, _, _ in await asyncio.gather(*calls)] == [202] * 5
        assert emulator.max_in_flight <= 2

    asyncio.run(scenario())


def test_a_request_that_waits_too_long_is_refused_with_a_retry_after_header(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(api_throttle, "MAX_WAIT_SECONDS", 0.01)

    async def scenario() -> None:
        emulator = Emulator()
        throttle = ApiThrottle(emulator, limit=1)
        first = asyncio.create_task(call(throttle))
        await asyncio.sleep(0)

        status, headers, body = await call(throttle)

        assert (status, headers[b"content-type"], headers[b"retry-after"]) == (429, b"application/problem+json", b"1")
        assert json.loads(body) == {
            "type": "about:blank",
            "title": "Too Many Requests",
            "status": 429,
            "detail": "The API is busy. Retry the same request after 1 s.",
            "instance": API,
        }
        emulator.may_answer.set()
        assert (await first)[0] == 202
        assert (await call(throttle))[0] == 202, "the slot is free again"

    asyncio.run(scenario())


def test_calls_of_functions_to_aws_are_not_limited(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(api_throttle, "MAX_WAIT_SECONDS", 0.01)

    async def scenario() -> None:
        emulator = Emulator()
        throttle = ApiThrottle(emulator, limit=1)
        calls = [asyncio.create_task(call(throttle, "/")) for _ in range(5)]
        await asyncio.sleep(0)
        emulator.may_answer.set()

        assert [status for status, _, _ in await asyncio.gather(*calls)] == [202] * 5
        assert emulator.max_in_flight == 5

    asyncio.run(scenario())


def test_a_429_of_lambda_becomes_a_problem_document() -> None:
    async def scenario() -> None:
        emulator = Emulator(status=429)
        emulator.may_answer.set()

        status, headers, body = await call(ApiThrottle(emulator))

        assert (status, headers[b"retry-after"], json.loads(body)["status"]) == (429, b"1", 429)

    asyncio.run(scenario())


def test_a_problem_document_of_the_api_passes_unchanged() -> None:
    async def scenario() -> None:
        emulator = Emulator(status=429, content_type=b"application/problem+json")
        emulator.may_answer.set()

        assert await call(ApiThrottle(emulator)) == (429, {b"content-type": b"application/problem+json"}, b"{}")

    asyncio.run(scenario())


def test_messages_to_websocket_connections_are_not_limited() -> None:
    async def scenario() -> None:
        emulator = Emulator(status=200)
        throttle = ApiThrottle(emulator, limit=1)
        path = "/_aws/execute-api/b772686f/live/@connections/c1"
        calls = [asyncio.create_task(call(throttle, path)) for _ in range(3)]
        await asyncio.sleep(0)
        assert emulator.in_flight == 3
        emulator.may_answer.set()
        await asyncio.gather(*calls)

    asyncio.run(scenario())
