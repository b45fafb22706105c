"""The local replacement for CloudFront, tested on a socket: ordinary requests and attacks."""

import asyncio
import gzip
import io
import json
import socket
import threading
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from botocore.exceptions import ClientError
from hypercorn.asyncio import serve

from tools.local_cloud import web_application
from tools.local_cloud.ports import free_port
from tools.local_cloud.stack import Stack
from tools.local_cloud.web_application import ServerSettings, application
from tools.local_cloud.web_headers import security_headers

SCRIPT = b"start();" * 1000
CONFIG = {"region": "us-east-1", "cognito_endpoint": "http://emulator"}
BUCKET = {
    "index.html": ("text/html", b"<page>"),
    "app.js": ("text/javascript", SCRIPT),
    "config.json": ("application/json", json.dumps(CONFIG).encode()),
}
FOREVER = "public, max-age=31536000, immutable"
HEADERS = {name.lower(): value for name, value in security_headers("http://emulator", "ws://emulator").items()}


class FakeApi(BaseHTTPRequestHandler):
    """A fake API whose response describes the request."""

    protocol_version = "HTTP/1.1"

    def answer(self):
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
        received = {"call": f"{self.command} {self.path}", "body": body, "headers": self.headers.items()}
        content = json.dumps(received).encode()
        self.send_response(202)
        self.send_header("Location", "orders/1")
        self.send_header("X-Frame-Options", "ALLOW")
        self.send_header("Set-Cookie", "a=1")
        self.send_header("Set-Cookie", "b=2")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    do_GET = do_POST = do_PUT = answer  # noqa: N815

    def log_message(self, *_):
        pass


class FakeS3:
    """A fake S3 with the files of `BUCKET`."""

    def get_object(self, Bucket, Key):  # noqa: N803
        if Bucket != "web" or Key not in BUCKET:
            raise ClientError({"Error": {"Code": "NoSuchKey"}}, "GetObject")
        kind, content = BUCKET[Key]
        kept = "no-cache" if Key == "index.html" else FOREVER
        etag = f'"{zlib.crc32(content):x}"'
        return {"ContentType": kind, "CacheControl": kept, "ETag": etag, "Body": io.BytesIO(content)}


@pytest.fixture
def stack(tmp_path: Path) -> Iterator[Stack]:
    with ThreadingHTTPServer(("127.0.0.1", 0), FakeApi) as api:
        threading.Thread(target=api.serve_forever, args=(0.01,), daemon=True).start()
        stack = Stack(
            emulator_url="http://emulator",
            api_url=f"http://127.0.0.1:{api.server_port}/stage",
            web_url="",
            live_url="",
            region="us-east-1",
            stack_name="orders",
            outputs={"WebBucketName": "web"},
            users={},
        )
        stack.write(tmp_path / "stack.json")
        yield stack
        api.shutdown()


@contextmanager
def serving(stack_file: Path) -> Iterator[int]:
    """Serve the application as `main` does, on an open socket. Yield the port."""
    listener = socket.create_server(("127.0.0.1", 0))
    port = listener.getsockname()[1]
    loop, ended = asyncio.new_event_loop(), asyncio.Event()
    served: Any = application(stack_file)
    # Hypercorn takes over the socket and closes it.
    settings = ServerSettings(f"fd://{listener.detach()}", stack_file)
    settings.errorlog = None  # Otherwise its messages stand between pytest's dots.
    running = serve(served, settings, mode="asgi", shutdown_trigger=ended.wait)
    thread = threading.Thread(target=loop.run_until_complete, args=(running,))
    thread.start()
    yield port
    loop.call_soon_threadsafe(ended.set)
    thread.join()
    loop.close()


@pytest.fixture
def port(stack: Stack, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    monkeypatch.setattr(web_application, "Aws", lambda _: SimpleNamespace(s3=FakeS3()))
    with serving(tmp_path / "stack.json") as port:
        yield port


@pytest.fixture
def web(port: int) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=180, trust_env=False) as client:
        yield client


def raw(port: int, request: str) -> tuple[int, dict[str, str], str]:
    """Send `request` unchanged. Return the status, the headers and the body of the first response."""
    with socket.create_connection(("127.0.0.1", port)) as connection:
        connection.sendall(request.replace("\n", "\r\n").encode("latin-1"))
        connection.shutdown(socket.SHUT_WR)
        head, _, body = connection.makefile("rb").read().decode("latin-1").partition("\r\n\r\n")
    status, *headers = head.split("\r\n")
    return int(status.split()[1]), {line.split(": ")[0].lower(): line.split(": ", 1)[1] for line in headers}, body


def get(path: str, host: str = "localhost") -> str:
    return f"GET {path} HTTP/1.1\nHost: {host}\nConnection: close\n\n"


def test_requests_to_the_api_and_its_responses_are_forwarded_unchanged(web: httpx.Client) -> None:
    keys = [("Idempotency-Key", "one"), ("Idempotency-Key", "two")]

    answer = web.post("/api/orders?a=b%20c&a=", content='{"items":[]}', headers=keys)

    assert answer.status_code == 202
    assert answer.headers["Location"] == "orders/1"
    assert answer.headers.get_list("Set-Cookie") == ["a=1", "b=2"]
    received = answer.json()
    assert (received["call"], received["body"]) == ("POST /stage/orders?a=b%20c&a=", '{"items":[]}')
    assert [value for name, value in received["headers"] if name.lower() == "idempotency-key"] == ["one", "two"]


def test_hop_by_hop_headers_are_not_forwarded(port: int, stack: Stack) -> None:
    connection = "Connection: close, X-Secret\nX-Secret: 1\nKeep-Alive: 5\nTE: trailers\n"

    _, _, body = raw(port, f"GET /api/orders HTTP/1.1\nHost: localhost\n{connection}\n")

    passed = {name.lower(): value for name, value in json.loads(body)["headers"]}
    assert passed == {"host": stack.api_url.split("/")[2]}, "no header that the browser did not send"


@pytest.mark.parametrize("path", ["/", "/index.html", "/orders/0b1d", "/?page=2"])
def test_a_route_of_the_page_returns_the_page(web: httpx.Client, path: str) -> None:
    answer = web.get(path)

    assert (answer.status_code, answer.text) == (200, "<page>")
    assert "connect-src 'self' http://emulator ws://emulator;" in answer.headers["Content-Security-Policy"]
    assert answer.headers["Cache-Control"] == "no-cache"


def test_a_file_is_served_with_its_type_and_an_absent_one_is_not_found(web: httpx.Client) -> None:
    script = web.get("/app.js")
    assert (script.headers["Content-Type"], script.headers["Cache-Control"]) == ("text/javascript", FOREVER)
    assert web.get("/absent.js").status_code == 404
    assert web.head("/app.js").content == b""
    refused = web.post("/app.js")
    assert (refused.status_code, sorted(refused.headers["Allow"].split(", "))) == (405, ["GET", "HEAD"])


def test_large_files_are_compressed_for_clients_that_accept_gzip(port: int) -> None:
    compressed = httpx.Client(trust_env=False).send(
        httpx.Request("GET", f"http://127.0.0.1:{port}/app.js", headers={"Accept-Encoding": "gzip"}), stream=True
    )
    content = b"".join(compressed.iter_raw())
    _, headers, plain = raw(port, get("/app.js"))

    assert compressed.headers["Content-Encoding"] == "gzip"
    assert compressed.headers["Vary"] == headers["vary"] == "Accept-Encoding"
    assert gzip.decompress(content) == SCRIPT
    assert len(content) < len(SCRIPT) / 10
    assert "content-encoding" not in headers
    assert plain.encode() == SCRIPT


def test_an_unchanged_file_is_not_sent_again(web: httpx.Client, monkeypatch: pytest.MonkeyPatch) -> None:
    etag = web.get("/").headers["ETag"]
    unchanged = web.get("/", headers={"If-None-Match": f'W/"other", {etag}'})
    monkeypatch.setitem(BUCKET, "index.html", ("text/html", b"<new page>"))
    changed = web.get("/", headers={"If-None-Match": etag})

    assert (unchanged.status_code, unchanged.content) == (304, b"")
    assert (unchanged.headers["ETag"], unchanged.headers["Cache-Control"]) == (etag, "no-cache")
    assert (changed.status_code, changed.text) == (200, "<new page>")
    assert changed.headers["ETag"] != etag


@pytest.mark.parametrize(
    "path",
    [
        *("/api/../../../../_ministack/health", "/api/..", "/api/orders/../../x", "/api/./orders"),
        *("/api/%2e%2e/%2e%2e/_ministack/health", "/api/..%2f..%2f_ministack/health", "/api/..%5c..%5cx"),
        *("/%61pi/../x", "/%61pi/orders", "/../_ministack/health.json", "/assets/../../x.js", "/%2e%2e/x.js"),
        *("http://evil.example/api/orders", "http://evil.example/../app.js"),
    ],
)
def test_no_path_leaves_the_api_or_the_bucket(port: int, path: str) -> None:
    status, headers, body = raw(port, get(path))

    assert status == 404, body
    assert "stage" not in body
    assert HEADERS.items() <= headers.items()


@pytest.mark.parametrize(
    "path", ["/api/orders/a.b", "/api/orders/...", "/api/products/%0A", "/api//orders", "/api/a%2Fb"]
)
def test_any_other_path_reaches_the_api_unchanged(port: int, path: str) -> None:
    status, _, body = raw(port, get(path))

    assert (status, json.loads(body)["call"]) == (202, f"GET /stage{path.removeprefix('/api')}")


@pytest.mark.parametrize("path", ["/", "/api/products"])
@pytest.mark.parametrize("host", ["evil.example", "evil.example:8080", "127.0.0.1.evil.example", "192.168.1.7"])
def test_a_foreign_host_is_refused(port: int, host: str, path: str) -> None:
    status, headers, body = raw(port, get(path, host))

    assert status == 400
    assert "<page>" not in body
    assert "stage" not in body
    assert HEADERS.items() <= headers.items()


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST:8080", "127.0.0.1:8080", "shop.localhost"])
def test_a_host_that_is_a_name_of_this_machine_is_accepted(port: int, host: str) -> None:
    assert raw(port, get("/", host))[0] == 200


def test_a_page_at_a_forwarded_port_signs_in_through_the_same_port(
    web: httpx.Client, stack: Stack, tmp_path: Path
) -> None:
    """GitHub Codespaces replaces `Host` and `Origin` by the local ones, and sends the browser's host separately."""
    replace(stack, emulator_url=stack.api_url).write(tmp_path / "stack.json")
    codespace = {"Host": "localhost:8080", "X-Forwarded-Host": "ada-8080.app.github.dev"}

    config = web.get("/config.json", headers=codespace).json()
    endpoint = config["cognito_endpoint"]
    call = {"X-Amz-Target": "AWSCognitoIdentityProviderService.InitiateAuth", "Origin": "http://localhost:8080"}
    answer = web.post(urlsplit(endpoint).path, content='{"AuthFlow": "USER_SRP_AUTH"}', headers=codespace | call)

    assert endpoint == "https://ada-8080.app.github.dev/cognito", "the origin of the page, as its CSP demands"
    assert config["live_updates"] is False, "the browser cannot open a WebSocket connection to the emulator"
    assert answer.json()["call"].startswith("POST /stage")
    assert answer.json()["body"] == '{"AuthFlow": "USER_SRP_AUTH"}'
    received = {name.lower(): value for name, value in answer.json()["headers"]}
    assert received["x-amz-target"] == "AWSCognitoIdentityProviderService.InitiateAuth"
    assert "origin" not in received, "the emulator would refuse an origin that it does not know"


def test_a_page_on_this_machine_signs_in_at_the_emulator(web: httpx.Client) -> None:
    assert web.get("/config.json").json() == CONFIG


@pytest.mark.parametrize("target", [None, "", "DynamoDB_20120810.DeleteTable", "AWSLambda"])
def test_only_calls_of_cognito_reach_the_emulator(web: httpx.Client, target: str | None) -> None:
    answer = web.post("/cognito", content="{}", headers={"X-Amz-Target": target} if target is not None else {})

    assert answer.status_code == 404


def test_a_foreign_page_cannot_sign_in_through_the_page(web: httpx.Client) -> None:
    """The browser asks first, because the header `X-Amz-Target` needs a preflight request."""
    answer = web.options("/cognito", headers={"Origin": "https://evil.example"})

    assert answer.status_code == 405
    assert "Access-Control-Allow-Origin" not in answer.headers


def test_a_chunked_body_arrives_complete_and_does_not_mix_with_the_next_request(port: int) -> None:
    chunked = "POST /api/orders HTTP/1.1\nHost: localhost\nTransfer-Encoding: chunked\n\n"
    body = "5\nhello\n1\n!\n0\n\n"

    _, _, answers = raw(port, chunked + body + get("/api/products"))

    first, _, second = answers.partition("HTTP/1.1 202")
    received = json.loads(first)
    assert (received["call"], received["body"]) == ("POST /stage/orders", "hello!")
    assert '"GET /stage/products"' in second
    assert "transfer-encoding" not in {name.lower() for name, _ in received["headers"]}


@pytest.mark.parametrize(
    "head",
    [
        *("Content-Length: abc", "Content-Length: -1", "Content-Length: 1\nContent-Length: 2", "Bad Header: 1"),
        *("Transfer-Encoding: gzip", "Host: localhost", "X: \x00"),
    ],
)
def test_a_malformed_request_is_refused_with_the_security_headers(port: int, head: str) -> None:
    status, headers, _ = raw(port, f"POST /api/orders HTTP/1.1\nHost: localhost\n{head}\n\n")

    assert status in (400, 501)
    assert HEADERS.items() <= headers.items()


def test_a_body_above_api_gateways_limit_is_refused(web: httpx.Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(web_application, "MAX_BODY_BYTES", 100)

    assert web.post("/api/orders", content=b"x" * 100).status_code == 202
    assert web.post("/api/orders", content=iter([b"x" * 60, b"x" * 60])).status_code == 413


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        *[("GET", "/", 200), ("GET", "/absent.js", 404), ("PUT", "/", 405), ("BREW", "/", 405)],
        *[("GET", "/api/orders", 202), ("TRACE", "/api/orders", 405), ("GET", "/api/..", 404)],
    ],
)
def test_every_response_has_each_security_header_once(port: int, method: str, path: str, status: int) -> None:
    with socket.create_connection(("127.0.0.1", port)) as connection:
        connection.sendall(f"{method} {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode())
        head = connection.makefile("rb").read().decode().partition("\r\n\r\n")[0]

    line, *headers = head.split("\r\n")
    assert line.startswith(f"HTTP/1.1 {status} ")
    for name, value in HEADERS.items():
        assert [each for each in headers if each.lower().startswith(f"{name}:")] == [f"{name}: {value}"]


def test_an_error_in_the_api_is_a_problem_document(web: httpx.Client) -> None:
    answer = web.get("/api/orders/%2e%2e")

    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json().items() >= {"title": "Not Found", "status": 404, "type": "about:blank"}.items()


def test_without_a_running_api_the_response_is_a_502_that_says_what_to_do(
    web: httpx.Client, stack: Stack, tmp_path: Path
) -> None:
    replace(stack, api_url=f"http://127.0.0.1:{free_port()}/api").write(tmp_path / "stack.json")

    answer = web.get("/api/products")

    assert answer.status_code == 502
    assert "make up" in answer.json()["detail"]


def test_a_timeout_of_the_api_is_a_504(
    web: httpx.Client, stack: Stack, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def send(*_: Any, **__: Any) -> None:
        raise httpx.ReadTimeout("")

    monkeypatch.setattr(httpx.AsyncClient, "send", send)

    answer = web.get("/api/products")

    assert (answer.status_code, answer.json()["title"]) == (504, "Gateway Timeout")
    assert web_application.TIMEOUT.read is not None
    assert web_application.TIMEOUT.read > 30, "a slow machine needs up to 30 s"


def test_without_a_deployment_the_response_says_what_to_do(web: httpx.Client, tmp_path: Path) -> None:
    (tmp_path / "stack.json").unlink()

    answer = web.get("/")

    assert answer.status_code == 502
    assert "make up" in answer.text
    assert answer.headers["X-Frame-Options"] == "DENY"
