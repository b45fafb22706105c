"""Security of the laptop during `make up`: access of a foreign web page to emulator and web server."""

import base64
import json
import socket
from collections.abc import Iterator
from urllib.parse import urlsplit

import httpx
import pytest

from tests.e2e.shop import Shop
from tests.support.waiting import wait_until
from tools.local_cloud import web_server
from tools.local_cloud.cloud import LocalCloud
from tools.local_cloud.stack import Stack

FOREIGN_ORIGIN = "https://evil.example"
CREATE_FUNCTION = "/2015-03-31/functions"


@pytest.fixture
def emulator(stack: Stack) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=stack.emulator_url, trust_env=False, timeout=30) as client:
        yield client


@pytest.fixture
def web(local_cloud: LocalCloud, stack: Stack) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=stack.web_url, trust_env=False, timeout=60) as client:
        yield client


def test_a_foreign_page_cannot_run_code_on_this_machine(shop: Shop, emulator: httpx.Client) -> None:
    function = {"FunctionName": "evil", "Runtime": "python3.11", "Role": "arn:aws:iam::000000000000:role/r"}
    function |= {"Handler": "evil.handler", "Code": {"ZipFile": base64.b64encode(b"").decode()}}  # type: ignore[dict-item]

    # A request that a page can send without a preflight request.
    response = emulator.post(
        CREATE_FUNCTION, content=json.dumps(function), headers={"Origin": FOREIGN_ORIGIN, "Content-Type": "text/plain"}
    )

    assert response.status_code == 403
    assert "Access-Control-Allow-Origin" not in response.headers
    names = [each["FunctionName"] for each in shop.aws.functions.list_functions()["Functions"]]
    assert "evil" not in names


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": FOREIGN_ORIGIN},
        {"Origin": FOREIGN_ORIGIN, "Access-Control-Request-Method": "POST"},
        pytest.param({"Host": "evil.example:4566"}, id="DNS rebinding"),
        pytest.param({"Sec-Fetch-Site": "cross-site"}, id="an image"),
    ],
)
@pytest.mark.parametrize("method", ["GET", "OPTIONS"])
def test_the_emulator_refuses_a_foreign_page(emulator: httpx.Client, method: str, headers: dict[str, str]) -> None:
    response = emulator.request(method, "/_ministack/health", headers=headers)

    assert response.status_code == 403
    assert "Access-Control-Allow-Origin" not in response.headers


def test_the_page_may_sign_in_at_the_emulator(emulator: httpx.Client, stack: Stack) -> None:
    preflight_headers = {
        "Origin": stack.web_url,
        "Access-Control-Request-Method": "POST",
        "Sec-Fetch-Site": "same-site",
    }

    preflight = emulator.options("/", headers=preflight_headers | {"Access-Control-Request-Headers": "x-amz-target"})

    assert preflight.is_success
    assert preflight.headers["Access-Control-Allow-Origin"] in ("*", stack.web_url)


@pytest.mark.parametrize(
    ("host", "origin"),
    [("evil.example", None), ("localhost", FOREIGN_ORIGIN), ("localhost", "null"), ("evil.example", FOREIGN_ORIGIN)],
)
def test_a_foreign_page_cannot_open_a_websocket(stack: Stack, host: str, origin: str | None) -> None:
    address = urlsplit(stack.emulator_url)
    headers = [f"Host: {host}", *([f"Origin: {origin}"] if origin else []), "Connection: Upgrade"]
    headers += ["Upgrade: websocket", "Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=="]
    lines = ["GET /_aws/execute-api/0a1b2c3d/live HTTP/1.1", *headers, "", ""]

    with socket.create_connection((str(address.hostname), int(address.port or 0))) as connection:
        connection.sendall("\r\n".join(lines).encode())
        response = connection.recv(1000)

    assert response.startswith(b"HTTP/1.1 403 ")


def test_the_web_server_serves_only_the_page_and_the_api(web: httpx.Client, local_cloud: LocalCloud) -> None:
    def page() -> httpx.Response | None:
        try:
            return web.get("/")
        except httpx.ConnectError:
            return None

    served = wait_until(page, description="the web server", progress=web_server.process(local_cloud).log_tail)

    assert 'id="page"' in served.text
    assert web.get("/api/products").json()["products"]
    assert web.get("/config.json").json()["user_pool_id"]
    for path in ("/api/../../../../_ministack/health", "/api/%2e%2e/%2e%2e/%2e%2e/%2e%2e/_ministack/health"):
        # httpx would normalize the path.
        request = httpx.Request("GET", web.base_url, extensions={"target": path.encode()})
        assert web.send(request).status_code == 404
    assert web.get("/api/products", headers={"Host": "evil.example"}).status_code == 400
    assert web.get("/api/products", headers={"Origin": FOREIGN_ORIGIN}).status_code == 403
