"""Background processes, ports, fingerprints, and the output of SAM CLI."""

import json
import os
import socket
import sys
import time

import psutil
import pytest

from tools.deployment.sam import relevant_lines
from tools.local_cloud import fingerprint, ports, web_server
from tools.local_cloud.background import BackgroundProcess, has_ended
from tools.local_cloud.cloud import LocalCloud, LocalCloudError
from tools.local_cloud.ports import free_port, is_taken, listener, next_free_port, port_in_use_message

# The first one on Linux. On macOS, they start later.
EPHEMERAL_PORTS = 32_768


@pytest.fixture
def sleeper(tmp_path):
    """Start a background process that has a child process."""
    process = BackgroundProcess(tmp_path / "sleeper.pid", tmp_path / "sleeper.log")
    child = "import subprocess,sys; subprocess.run([sys.executable, '-c', 'import time; time.sleep(60)'])"
    process.start([sys.executable, "-c", child], os.environ, tmp_path)
    yield process
    process.stop()


def test_a_background_process_is_found_and_stopped_with_its_children(sleeper):
    found = sleeper.find()
    while not (children := found.children()):
        time.sleep(0.01)

    assert sleeper.stop()

    assert sleeper.find() is None
    assert has_ended(children[0])
    assert not sleeper.stop()


def test_a_pid_that_now_belongs_to_another_program_is_not_ours(sleeper):
    record = json.loads(sleeper.pid_file.read_text())
    ours = sleeper.find()
    sleeper.pid_file.write_text(json.dumps(record | {"command": [*record["command"], "another"]}))

    assert sleeper.find() is None
    assert not sleeper.stop()

    assert ours.is_running()
    ours.kill()


def test_a_process_is_found_after_the_system_clock_was_changed(sleeper, monkeypatch):
    identity = sleeper.identity()
    create_time = psutil.Process.create_time
    monkeypatch.setattr(psutil.Process, "create_time", lambda process: create_time(process) + 3600)

    assert sleeper.identity() == identity
    assert sleeper.stop()


def test_a_restarted_process_has_a_new_identity(sleeper, tmp_path):
    identity, command = sleeper.identity(), json.loads(sleeper.pid_file.read_text())["command"]
    sleeper.stop()

    sleeper.start(command, os.environ, tmp_path)

    assert sleeper.identity() not in (None, identity)


@pytest.mark.parametrize("content", ["", "17", "{}", '{"pid": 999999999, "command": []}', '{"pid": 1}'])
def test_a_stale_pid_file_means_that_nothing_runs(tmp_path, content):
    (tmp_path / "old.pid").write_text(content)

    assert BackgroundProcess(tmp_path / "old.pid", tmp_path / "old.log").find() is None


def test_the_message_for_a_used_port_names_the_program_and_another_port():
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]

        assert is_taken(port)
        assert str(os.getpid()) in (listener(port) or "")
        assert next_free_port(port - 1, other=port + 1) > port + 1
    message = port_in_use_message(4566, "java (pid 7)", "make up EMULATOR_PORT=4567")
    assert "in use by java (pid 7)" in message
    assert "make up EMULATOR_PORT=4567" in message


def test_without_root_the_message_for_a_port_below_1024_says_so_and_names_another(monkeypatch, tmp_path):
    class Unprivileged(socket.socket):
        def bind(self, address):
            if address[1] < 1024:
                raise PermissionError
            super().bind(address)

    monkeypatch.setattr(ports.socket, "socket", Unprivileged)
    cloud = LocalCloud.of_developer({"WEB_PORT": "80"}, tmp_path)

    with pytest.raises(LocalCloudError, match=r"80 needs root, like every port below 1024.* make up WEB_PORT=\d{4}"):
        web_server.require_port(cloud)


def test_a_free_port_is_not_in_use_and_no_connection_gets_it_by_chance():
    port = free_port()

    assert not is_taken(port)
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        assert port < EPHEMERAL_PORTS <= other.getsockname()[1]


def test_only_the_reasons_in_the_output_of_sam_are_shown_once_each():
    output = [
        "CREATE_IN_PROGRESS  AWS::SQS::Queue  A",
        "CREATE_FAILED  AWS::SQS::Queue  A  no such property",
        "CREATE_FAILED  AWS::SQS::Queue  A  no such property",
        "Error: Failed to create/update the stack",
        "",
        "Look at the events above",
    ]

    assert relevant_lines(output).splitlines() == [
        "  CREATE_FAILED  AWS::SQS::Queue  A  no such property",
        "  Error: Failed to create/update the stack",
        "  Look at the events above",
    ]


def test_without_a_reason_the_last_lines_of_sam_are_shown():
    assert relevant_lines(["a", "b"]) == "  a\n  b"


def test_a_fingerprint_depends_on_contents_and_names_but_not_on_bytecode(tmp_path):
    source = tmp_path / "functions"
    (source / "__pycache__").mkdir(parents=True)
    (source / "order.py").write_text("one")
    first = fingerprint.of_files([source, tmp_path / "absent"])

    (source / "__pycache__" / "order.pyc").write_text("compiled")
    assert fingerprint.of_files([source, tmp_path / "absent"]) == first

    (source / "order.py").write_text("two")
    second = fingerprint.of_files([source, tmp_path / "absent"])
    (source / "order.py").rename(source / "stock.py")
    third = fingerprint.of_files([source, tmp_path / "absent"])
    assert len({first, second, third}) == 3
