"""The configuration of a local cloud, and the parameters of its deployments."""

import os
import sys
from pathlib import Path

import pytest

from tools.deployment.parameters import architecture, as_arguments, main, parameters
from tools.local_cloud.background import BackgroundProcess
from tools.local_cloud.cloud import LocalCloud, LocalCloudError
from tools.local_cloud.emulator import environment
from tools.local_cloud.environment import subprocess_environment


def test_the_ports_come_from_the_environment(tmp_path):
    cloud = LocalCloud.of_developer({"EMULATOR_PORT": "4570", "WEB_PORT": ""}, tmp_path)

    assert (cloud.emulator_port, cloud.web_port) == (4570, 8080)
    assert cloud.emulator_url == "http://127.0.0.1:4570"


@pytest.mark.parametrize(
    ("environment_ports", "chosen", "command"),
    [
        ({}, {}, "make up"),
        ({}, {"web_port": 8081}, "make up WEB_PORT=8081"),
        ({"WEB_PORT": "9000"}, {"emulator_port": 4567}, "make up EMULATOR_PORT=4567 WEB_PORT=9000"),
        ({"EMULATOR_PORT": "4580"}, {"web_port": 8081}, "make up EMULATOR_PORT=4580 WEB_PORT=8081"),
    ],
)
def test_the_command_that_chooses_one_port_keeps_the_other(environment_ports, chosen, command, tmp_path):
    assert LocalCloud.of_developer(environment_ports, tmp_path).up_command(**chosen) == command


def test_a_running_process_keeps_its_port(tmp_path):
    command = [sys.executable, "-c", "import time; time.sleep(60)"]
    running = BackgroundProcess.in_directory(tmp_path / ".local", "emulator")
    running.start(command, os.environ, tmp_path, port=4577)
    try:
        assert LocalCloud.of_developer({}, tmp_path).emulator_port == 4577
        assert LocalCloud.of_developer({"EMULATOR_PORT": "4570"}, tmp_path).emulator_port == 4570
    finally:
        running.stop()
    assert LocalCloud.of_developer({}, tmp_path).emulator_port == 4566


@pytest.mark.parametrize("port", ["http", "0", "65536", "-1", "80.5"])
def test_the_error_for_an_invalid_port_names_the_variable(port):
    with pytest.raises(LocalCloudError, match="WEB_PORT"):
        LocalCloud.of_developer({"WEB_PORT": port})


def test_a_cloud_for_tests_shares_nothing_with_the_developers_cloud():
    theirs, ours = LocalCloud.of_developer({}), LocalCloud.for_tests("e2e", saga_type="EXPRESS")

    assert not {theirs.state_dir, theirs.build_dir} & {ours.state_dir, ours.build_dir}
    assert not {theirs.emulator_port, theirs.web_port} & {ours.emulator_port, ours.web_port}


def test_a_deployment_has_parameters_for_the_python_runtime_and_the_emulator():
    cloud = LocalCloud.for_tests("e2e", saga_type="EXPRESS")

    values = parameters(cloud)

    assert values["PythonRuntime"] == f"python3.{sys.version_info.minor}"
    assert values["EmulatorEndpoint"] == cloud.emulator_url
    assert values["SagaType"] == "EXPRESS"
    assert f"SagaType={values['SagaType']}" in as_arguments(values)


def test_an_invalid_port_is_an_error_without_a_traceback(monkeypatch, capsys):
    monkeypatch.setenv("EMULATOR_PORT", "abc")

    assert main() == 1

    assert "EMULATOR_PORT is 'abc'" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("machine", "name"), [("x86_64", "x86_64"), ("AMD64", "x86_64"), ("arm64", "arm64"), ("aarch64", "arm64")]
)
def test_the_architecture_is_one_of_lambdas_names(machine, name):
    assert architecture(machine) == name


def test_subprocesses_have_no_access_to_a_real_account():
    inherited = {"AWS_PROFILE": "work", "AWS_SESSION_TOKEN": "real", "PYTHONDONTWRITEBYTECODE": "1", "PATH": "/bin"}

    given = subprocess_environment(inherited)

    assert "AWS_PROFILE" not in given
    assert "AWS_SESSION_TOKEN" not in given
    assert "PYTHONDONTWRITEBYTECODE" not in given
    assert given["AWS_ACCESS_KEY_ID"] == "test"
    assert given["PATH"].split(":") == [str(Path(sys.prefix) / "bin"), "/bin"]


def test_the_emulator_listens_on_this_machine_only():
    cloud = LocalCloud.for_tests("e2e")

    given = environment(cloud, {})

    assert given["BIND_HOST"] == "127.0.0.1"
    assert given["GATEWAY_PORT"] == str(cloud.emulator_port)
