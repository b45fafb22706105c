"""The state of the emulator: running, busy or not running."""

import socket
import threading
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from botocore.exceptions import BotoCoreError, ClientError, EndpointConnectionError, ReadTimeoutError

from tools.local_cloud import reachability
from tools.local_cloud.cloud import LocalCloud, LocalCloudError
from tools.local_cloud.ports import free_port
from tools.local_cloud.reachability import Reach, reach


@pytest.fixture
def cloud(tmp_path: Path) -> LocalCloud:
    return LocalCloud.for_tests("reachability", root=tmp_path)


class Ready(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200 if self.path == "/_ministack/ready" else 404)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def ready() -> Iterator[int]:
    with HTTPServer(("127.0.0.1", 0), Ready) as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield server.server_port
        server.shutdown()


@pytest.fixture
def silent() -> Iterator[int]:
    """Yield the port of a server that accepts connections and does not respond, like a busy emulator."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def test_an_emulator_that_responds_is_running(cloud: LocalCloud, ready: int) -> None:
    assert reach(replace(cloud, emulator_port=ready)) is Reach.RUNNING


def test_an_emulator_that_accepts_connections_and_does_not_respond_is_busy(cloud: LocalCloud, silent: int) -> None:
    assert reach(replace(cloud, emulator_port=silent), seconds=0.05) is Reach.BUSY


def test_an_emulator_that_refuses_connections_is_not_running(cloud: LocalCloud) -> None:
    assert reach(replace(cloud, emulator_port=free_port())) is Reach.NOT_RUNNING


def test_a_command_says_that_nothing_is_deployed_yet(cloud: LocalCloud, ready: int) -> None:
    with pytest.raises(LocalCloudError, match="Nothing is deployed yet"):
        reachability.running_stack(replace(cloud, emulator_port=ready))


@pytest.mark.parametrize(
    ("error", "message"),
    [
        (ReadTimeoutError(endpoint_url="http://127.0.0.1:4566"), "busy"),
        (EndpointConnectionError(endpoint_url="http://127.0.0.1:4566"), "make up"),
        (ClientError({"Error": {"Code": "ValidationException"}}, "Scan"), "returned an error"),
    ],
)
def test_the_message_for_a_failed_call_depends_on_the_cause(error: BotoCoreError | ClientError, message: str) -> None:
    assert message in reachability.describe_error(error)
