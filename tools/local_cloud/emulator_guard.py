"""A guard in front of the emulator. It refuses requests that a foreign web page causes in the browser.

The emulator accepts the password `test` and runs any code that it receives. Without a guard, every page in the
developer's browser could call it: directly (a cross-origin request), or through a domain of the page's owner that
resolves to 127.0.0.1 (DNS rebinding). SDKs, scripts and containers send no `Origin`, and their `Host` is a name of
this machine, so the guard lets them pass.

The guard is a plain ASGI middleware without a framework, because it handles each call of a Lambda function or a table.
"""

import json
import logging
import re
from collections.abc import Callable, Iterable
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import psutil

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

# The name of this machine in the containers of `sam local`. samconfig.toml adds it.
HOST_OF_CONTAINERS = "host.docker.internal"
LOOPBACK_NAMES = frozenset({"localhost", "127.0.0.1", "[::1]"})
# A distribution of the emulator's CloudFront. DNS rebinding is impossible, because only AWS controls this domain.
DISTRIBUTION = re.compile(r"[a-z0-9]+\.cloudfront\.net")
LOCAL_ORIGIN = re.compile(r"http://(?P<name>[^/@]+):(?P<port>[0-9]{1,5})")
# The `sec-fetch-site` of a request that a page of another site caused. Requests for images have no `Origin`.
CROSS_SITE = b"cross-site"
POLICY_VIOLATION = 1008

log = logging.getLogger(__name__)


class EmulatorGuard:
    """An ASGI middleware that passes a request on to the emulator or refuses it with 403.

    Args:
        emulator: The ASGI application behind the guard.
        port: The emulator's port. Pages that the emulator serves itself may call it.
        page_ports: Returns the local ports of the web page, which may call the emulator too.
    """

    def __init__(self, emulator: "ASGIApp", port: int, page_ports: Callable[[], set[int]]) -> None:
        self._emulator = emulator
        self._port = port
        self._page_ports = page_ports

    async def __call__(self, scope: "Scope", receive: "Receive", send: "Send") -> None:
        """Serve one connection (ASGI interface)."""
        if scope["type"] == "lifespan" or (refusal := self.refusal(scope["headers"])) is None:
            await self._emulator(scope, receive, send)
            return
        log.warning("Refused %s: %s", scope["path"].encode("unicode_escape").decode()[:200], refusal)
        if scope["type"] == "websocket":
            await _refuse_websocket(receive, send)
        else:
            await _refuse_request(send, refusal)

    def refusal(self, headers: Iterable[tuple[bytes, bytes]]) -> str | None:
        """Return why a request with these headers is refused. None if it is allowed."""
        host = origin = None
        is_cross_site = False
        for name, value in headers:
            if name == b"host":
                host = value
                if not is_name_of_emulator(value) and not _is_address_of_this_machine(value):
                    return f"the host {_shown(value)} is not a name of this machine."
            elif name == b"origin":
                origin = value
                if not self._is_allowed_origin(value):
                    return f"pages of the origin {_shown(value)} must not call the emulator."
            elif name == b"sec-fetch-site":
                is_cross_site = is_cross_site or value == CROSS_SITE
        if host is None:
            return "it has no Host header."
        if is_cross_site and origin is None:
            return "a page of another site caused it. Open the address in a new tab."
        return None

    def _is_allowed_origin(self, origin: bytes) -> bool:
        match = LOCAL_ORIGIN.fullmatch(origin.decode("latin-1").lower())
        if match is None or not _is_loopback_name(match["name"]):
            return False
        return int(match["port"]) == self._port or int(match["port"]) in self._page_ports()


@lru_cache(maxsize=512)
def is_name_of_emulator(host: bytes) -> bool:
    """Return whether a `Host` header is a name of the emulator that is safe from DNS rebinding."""
    name = _without_port(host)
    return _is_loopback_name(name) or name == HOST_OF_CONTAINERS or DISTRIBUTION.fullmatch(name) is not None


class PagePorts:
    """The ports of the web page: the web server's, and the development server's while `make web` runs.

    Reads both files for each request with an `Origin`, because the web server can move to another port. Only browsers
    send this header.

    Args:
        stack_file: The path of `.local/stack.json`. See `tools.local_cloud.stack`.
    """

    def __init__(self, stack_file: Path) -> None:
        self._files = {stack_file: "web_url", development_server_file(stack_file.parent): "url"}

    def __call__(self) -> set[int]:
        """Return the current ports of the page."""
        ports = {_port_in(file, member) for file, member in self._files.items()}
        return {port for port in ports if port}


def development_server_file(state_dir: Path) -> Path:
    """Return the path of the file with the URL of Vite's development server: `{"url": "http://127.0.0.1:5173"}`."""
    return state_dir / "development-server.json"


def _port_in(file: Path, member: str) -> int | None:
    try:
        url: str = json.loads(file.read_text())[member]
        return urlsplit(url).port
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def _is_loopback_name(name: str) -> bool:
    # RFC 6761, section 6.3: browsers and resolvers resolve every name under localhost to the loopback address.
    return name in LOOPBACK_NAMES or name.endswith(".localhost")


def _is_address_of_this_machine(host: bytes) -> bool:
    """Return whether the host is an IP address of this machine, for example of Docker's bridge.

    An IP address needs no DNS, so DNS rebinding cannot happen.
    """
    name = _without_port(host).strip("[]")
    return any(name == each.address for addresses in psutil.net_if_addrs().values() for each in addresses)


def _without_port(host: bytes) -> str:
    return re.sub(r":\d*$", "", host.decode("latin-1").lower()).removesuffix(".")


def _shown(header: bytes) -> str:
    """Return the beginning of an untrusted header in a form that is safe to print: ASCII without control characters."""
    return header[:100].decode("latin-1").encode("unicode_escape").decode()


async def _refuse_request(send: "Send", reason: str) -> None:
    text = (
        f"The local emulator refused this request: {reason}\n"
        "It accepts requests of programs and containers on this machine, and of the web page that `make up` serves.\n"
    ).encode()
    headers = [
        (b"content-type", b"text/plain; charset=utf-8"),
        (b"content-length", str(len(text)).encode()),
        (b"x-content-type-options", b"nosniff"),
    ]
    await send({"type": "http.response.start", "status": 403, "headers": headers})
    await send({"type": "http.response.body", "body": text, "more_body": False})


async def _refuse_websocket(receive: "Receive", send: "Send") -> None:
    # ASGI requires the server to receive the connect message before it closes. The client gets a 403.
    await receive()
    await send({"type": "websocket.close", "code": POLICY_VIOLATION})
