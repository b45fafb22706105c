"""A busy emulator and an absent one are two things."""

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
    """The port of a server that takes connections and does not answer: its processor is busy."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def test_one_that_answers_is_running(cloud: LocalCloud, ready: int) -> None:
    assert reach(replace(cloud, emulator_port=ready)) is Reach.ANSWERS


def test_one_that_takes_the_connection_and_does_not_answer_is_busy(cloud: LocalCloud, silent: int) -> None:
    assert reach(replace(cloud, emulator_port=silent), seconds=0.05) is Reach.BUSY


def test_one_that_refuses_the_connection_is_absent(cloud: LocalCloud) -> None:
    assert reach(replace(cloud, emulator_port=free_port())) is Reach.ABSENT


def test_a_command_says_that_nothing_is_deployed_yet(cloud: LocalCloud, ready: int) -> None:
    with pytest.raises(LocalCloudError, match="Nothing is deployed yet"):
        reachability.running_stack(replace(cloud, emulator_port=ready))


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (ReadTimeoutError(endpoint_url="http://127.0.0.1:4566"), "busy"),
        (EndpointConnectionError(endpoint_url="http://127.0.0.1:4566"), "make up"),
        (ClientError({"Error": {"Code": "ValidationException"}}, "Scan"), "did not do what it was asked"),
    ],
)
def test_a_failed_call_is_told_by_its_cause(error: BotoCoreError | ClientError, told: str) -> None:
    assert told in reachability.in_words(error)
