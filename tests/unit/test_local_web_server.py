"""The laptop's stand-in for CloudFront."""

import io
import json
import threading
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import SimpleNamespace

import httpx
import pytest
from botocore.exceptions import ClientError

from local.ports import free_port
from local.stack import Stack
from local.web_server import WebServer

BUCKET = {"index.html": ("text/html", b"<page>"), "app.js": ("text/javascript", b"start()")}
FOREVER = "public, max-age=31536000, immutable"


class FakeApi(BaseHTTPRequestHandler):
    """Tells in its answer what it was asked."""

    def answer(self):
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
        told = {"call": f"{self.command} {self.path}", "body": body, "key": self.headers.get("Idempotency-Key")}
        content = json.dumps(told).encode()
        self.send_response(202)
        self.send_header("Location", "orders/1")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    do_GET = do_POST = do_PUT = answer  # noqa: N815

    def log_message(self, *_):
        pass


class FakeS3:
    """Holds the files of `BUCKET`."""

    def get_object(self, Bucket, Key):  # noqa: N803
        if Bucket != "web" or Key not in BUCKET:
            raise ClientError({"Error": {"Code": "NoSuchKey"}}, "GetObject")
        kind, content = BUCKET[Key]
        kept = "no-cache" if Key == "index.html" else FOREVER
        return {"ContentType": kind, "CacheControl": kept, "Body": io.BytesIO(content)}


def running(server):
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    return server


@pytest.fixture
def stack(tmp_path):
    api = running(ThreadingHTTPServer(("127.0.0.1", 0), FakeApi))
    stack = Stack(
        emulator_url="http://emulator",
        api_url=f"http://127.0.0.1:{api.server_port}/api",
        web_url="",
        region="us-east-1",
        stack_name="orders",
        outputs={"WebBucketName": "web"},
        users={},
    )
    stack.write(tmp_path / "stack.json")
    yield stack
    api.shutdown()
    api.server_close()


@pytest.fixture
def web(stack, tmp_path, monkeypatch):
    server = running(WebServer(0, tmp_path / "stack.json"))
    monkeypatch.setattr(server, "aws", lambda _: SimpleNamespace(s3=FakeS3()))
    with httpx.Client(base_url=f"http://127.0.0.1:{server.server_port}", trust_env=False) as client:
        yield client
    server.shutdown()
    server.server_close()


def test_a_call_of_the_api_is_passed_on_whole_and_so_is_its_answer(web):
    answer = web.post("/api/orders?a=b", content='{"items":[]}', headers={"Idempotency-Key": "k"})

    assert answer.status_code == 202
    assert answer.headers["Location"] == "orders/1"
    assert answer.json() == {"call": "POST /api/orders?a=b", "body": '{"items":[]}', "key": "k"}


@pytest.mark.parametrize("path", ["/", "/index.html", "/orders/0b1d", "/?page=2"])
def test_a_place_inside_the_page_is_the_page(web, path):
    answer = web.get(path)

    assert (answer.status_code, answer.text) == (200, "<page>")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "script-src 'self'; style-src 'self';" in answer.headers["Content-Security-Policy"]
    assert "connect-src 'self' http://emulator;" in answer.headers["Content-Security-Policy"]
    assert answer.headers["Cache-Control"] == "no-cache"


def test_a_file_is_served_with_its_type_and_an_absent_one_is_not_found(web):
    script = web.get("/app.js")
    assert (script.headers["Content-Type"], script.headers["Cache-Control"]) == ("text/javascript", FOREVER)
    assert web.get("/absent.js").status_code == 404
    assert web.head("/app.js").content == b""
    assert web.post("/app.js").status_code == 405


def test_a_dead_api_is_a_502_that_says_what_to_do(web, stack, tmp_path):
    replace(stack, api_url=f"http://127.0.0.1:{free_port()}/api").write(tmp_path / "stack.json")

    answer = web.get("/api/products")

    assert answer.status_code == 502
    assert "make up" in answer.text


def test_before_the_first_deployment_it_says_what_to_do(web, tmp_path):
    (tmp_path / "stack.json").unlink()

    assert web.get("/").status_code == 502
