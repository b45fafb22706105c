"""A WebSocket client for tests: wsproto, which the emulator's server uses too, on a socket."""

import json
import socket
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlsplit

from wsproto import ConnectionType, WSConnection
from wsproto.events import AcceptConnection, CloseConnection, RejectConnection, Request, TextMessage

# A handshake and a push can start several functions.
SECONDS = 240


class ConnectionRefused(Exception):
    """The server refused the handshake with an HTTP status."""

    def __init__(self, status: int) -> None:
        super().__init__(f"the handshake got the status {status}")
        self.status = status


class WebSocket:
    """An open connection.

    Args:
        url: The URL, such as `ws://127.0.0.1:4566/path?query`.
        origin: The `Origin` header that a browser would send for a page.

    Raises:
        ConnectionRefused: The server refused the handshake.
    """

    def __init__(self, url: str, origin: str | None = None) -> None:
        parts = urlsplit(url)
        self._protocol = WSConnection(ConnectionType.CLIENT)
        self._events: list[Any] = []
        self._socket = socket.create_connection((str(parts.hostname), int(parts.port or 80)), timeout=SECONDS)
        headers = [(b"origin", origin.encode())] if origin else []
        request = Request(host=parts.netloc, target=f"{parts.path}?{parts.query}", extra_headers=headers)
        self._socket.sendall(self._protocol.send(request))
        answer = self._next()
        if isinstance(answer, RejectConnection):
            self._socket.close()
            raise ConnectionRefused(answer.status_code)
        assert isinstance(answer, AcceptConnection)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def receive(self, seconds: float = SECONDS) -> dict[str, Any]:
        """Wait for a message, and return its JSON.

        Raises:
            TimeoutError: No message arrived in time.
        """
        self._socket.settimeout(seconds)
        message = self._next()
        assert isinstance(message, TextMessage), message
        return dict(json.loads(message.data))

    def close(self) -> None:
        """Close the connection."""
        if self._socket.fileno() >= 0:
            self._socket.sendall(self._protocol.send(CloseConnection(code=1000)))
            self._socket.close()

    def _next(self) -> Any:
        while not self._events:
            self._protocol.receive_data(self._socket.recv(65536) or None)
            self._events += self._protocol.events()
        return self._events.pop(0)
