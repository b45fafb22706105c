"""The guard in front of the emulator: which requests it accepts and which it refuses."""

import asyncio
import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import psutil
import pytest

from tools.deployment import build_web
from tools.local_cloud.emulator_guard import EmulatorGuard, PagePorts, development_server_file

PORT = 4566
PAGE = "http://127.0.0.1:8080"


@pytest.fixture(autouse=True)
def addresses(monkeypatch: pytest.MonkeyPatch) -> None:
    """Give the machine a Wi-Fi interface and Docker's bridge."""
    found = {"lo": ["127.0.0.1"], "wlan0": ["192.168.1.7"], "docker0": ["172.17.0.1"]}
    interfaces = {name: [SimpleNamespace(address=each) for each in known] for name, known in found.items()}
    monkeypatch.setattr(psutil, "net_if_addrs", lambda: interfaces)


class Emulator:
    """A fake emulator that counts the requests that reach it."""

    def __init__(self) -> None:
        self.reached = 0

    async def __call__(self, *_: Any) -> None:
        self.reached += 1


def ask(kind: str, *headers: tuple[str, str]) -> tuple[int, list[dict[str, Any]]]:
    """Send one request to a guarded emulator. Return how many requests reached it, and what the guard sent."""
    emulator, sent = Emulator(), []
    guard = EmulatorGuard(emulator, PORT, lambda: {8080})
    scope = {"type": kind, "path": "/", "headers": [(name.encode(), value.encode()) for name, value in headers]}

    async def receive() -> dict[str, Any]:
        return {"type": f"{kind}.connect"}

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    asyncio.run(guard(scope, receive, send))
    return emulator.reached, sent


def is_accepted(*headers: tuple[str, str], kind: str = "http") -> bool:
    reached, sent = ask(kind, *headers)
    assert reached == (not sent)
    return bool(reached)


@pytest.mark.parametrize(
    "host",
    [
        *("127.0.0.1:4566", "localhost:4566", "localhost", "LOCALHOST:4566", "localhost.:4566", "[::1]:4566"),
        *("bucket.localhost:4566", "0a1b2c3d.execute-api.localhost:4566", "bucket.s3.localhost"),
        pytest.param("host.docker.internal:4566", id="a container of `sam local`, with Docker Desktop"),
        pytest.param("172.17.0.1:4566", id="a container, by the bridge's address"),
        pytest.param("d1e2f3.cloudfront.net", id="a distribution"),
    ],
)
@pytest.mark.parametrize("kind", ["http", "websocket"])
def test_a_host_that_is_a_name_of_this_machine_is_accepted(host: str, kind: str) -> None:
    assert is_accepted(("host", host), kind=kind)


@pytest.mark.parametrize(
    "host",
    [
        *("evil.example", "evil.example:4566", "127.0.0.1.evil.example", "localhost.evil.example:4566"),
        *("notlocalhost", "10.1.2.3:4566", "203.0.113.9", "127.0.0.1@evil.example", "", ":4566"),
        *("evil.host.docker.internal", "x.cloudfront.net.evil.example", "a.b.cloudfront.net", "\x1b[31m"),
    ],
)
@pytest.mark.parametrize("kind", ["http", "websocket"])
def test_a_foreign_host_is_refused_because_of_dns_rebinding(host: str, kind: str) -> None:
    assert not is_accepted(("host", host), kind=kind)


@pytest.mark.parametrize(
    "origin",
    [
        PAGE,
        "http://localhost:8080",
        "http://127.0.0.1:4566",
        "http://localhost:4566",
        "http://site.localhost:4566",
        "http://[::1]:4566",
    ],
)
@pytest.mark.parametrize("kind", ["http", "websocket"])
def test_the_web_page_and_pages_of_the_emulator_may_call_it(origin: str, kind: str) -> None:
    # For a browser, localhost and 127.0.0.1 are different sites.
    assert is_accepted(("host", "127.0.0.1:4566"), ("origin", origin), ("sec-fetch-site", "cross-site"), kind=kind)


@pytest.mark.parametrize(
    "origin",
    [
        *("https://evil.example", "http://evil.example:4566", "null", "", "file://", "http://192.168.1.7:4566"),
        *("http://127.0.0.1:9999", "https://127.0.0.1:4566", "http://127.0.0.1:8080.evil.example", "http://127.0.0.1"),
        *("http://localhost.evil.example:8080", "chrome-extension://abcdef", "http://127.0.0.1:4566@evil.example"),
        *("http://evil.example:8080", "http://localhost:", "http://localhost:99999999"),
    ],
)
@pytest.mark.parametrize("kind", ["http", "websocket"])
def test_a_foreign_page_is_refused(origin: str, kind: str) -> None:
    assert not is_accepted(("host", "127.0.0.1:4566"), ("origin", origin), kind=kind)


def test_every_one_of_several_hosts_and_origins_must_be_allowed() -> None:
    host, origin = ("host", "localhost:4566"), ("origin", PAGE)

    assert not is_accepted(host, ("host", "evil.example"))
    assert not is_accepted(host, origin, ("origin", "https://evil.example"))
    assert not is_accepted(origin)


def test_a_link_or_an_image_of_a_foreign_page_is_refused() -> None:
    """Browsers send no `Origin` with such requests, and a GET can delete a queue."""
    host = ("host", "127.0.0.1:4566")

    assert not is_accepted(host, ("sec-fetch-site", "cross-site"))
    for site in ("none", "same-origin", "same-site"):
        assert is_accepted(host, ("sec-fetch-site", site))


def test_a_refusal_is_a_403_that_says_why_and_that_no_page_can_read() -> None:
    _, (start, body) = ask("http", ("host", "localhost:4566"), ("origin", "https://evil.example/\x1b[31m"))

    assert start["status"] == 403
    assert not [name for name, _ in start["headers"] if name.startswith(b"access-control")]
    assert b"https://evil.example/\\x1b[31m must not call the emulator" in body["body"]


def test_a_refused_websocket_is_closed_before_it_opens() -> None:
    _, sent = ask("websocket", ("host", "localhost:4566"), ("origin", "https://evil.example"))

    assert [message["type"] for message in sent] == ["websocket.close"]


def test_lifespan_events_reach_the_emulator() -> None:
    assert is_accepted(kind="lifespan")


def test_a_new_port_of_the_web_server_is_noticed(tmp_path: Path) -> None:
    stack_file = tmp_path / "stack.json"
    ports = PagePorts(stack_file)

    assert ports() == set()
    for port in (8080, 9000):
        stack_file.write_text(json.dumps({"web_url": f"http://127.0.0.1:{port}"}))
        assert ports() == {port}


@pytest.mark.parametrize(
    "content", ["", "{", "[]", "{}", '{"web_url": ""}', '{"web_url": 7}', '{"web_url": "http://x:y"}']
)
def test_a_stack_file_without_a_page_allows_no_page(tmp_path: Path, content: str) -> None:
    (tmp_path / "stack.json").write_text(content)

    assert PagePorts(tmp_path / "stack.json")() == set()


def test_the_page_with_hot_reload_may_call_the_emulator_while_make_web_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Vite's development server has a different origin."""
    seen = tmp_path / "seen"
    file = development_server_file(tmp_path / ".local")
    npm = tmp_path / "npm"
    npm.write_text(f'#!/bin/sh\ncat {file} > {seen}; echo "$@" >> {seen}')
    npm.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    (tmp_path / "frontend").mkdir()

    assert build_web.serve_with_hot_reload("http://127.0.0.1:8080", tmp_path) == 0

    url, port = seen.read_text().split('"}run dev -- --port=')
    assert url.endswith(f"http://127.0.0.1:{port.split()[0]}")
    assert PagePorts(tmp_path / ".local" / "stack.json")() == set()
