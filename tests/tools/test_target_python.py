"""The Python that an application is built with."""

import sys
from pathlib import Path

import pytest

from tools.account import target_python
from tools.local_cloud.cloud import LocalCloudError


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """Return the set of runtimes whose Python is installed. A test adds to it."""
    installed: set[str] = set()
    monkeypatch.setattr(
        target_python, "find", lambda runtime: Path(f"/bin/{runtime}") if runtime in installed else None
    )
    return installed


def test_the_templates_default_is_used_if_it_is_installed(machine: set[str]) -> None:
    machine |= {"python3.11", "python3.13", "python3.14"}

    assert target_python.choose({}).runtime == "python3.13"


def test_without_the_default_the_newest_installed_lambda_runtime_is_used(machine: set[str]) -> None:
    machine |= {"python3.11", "python3.12", "python3.15"}

    assert target_python.choose({}) == target_python.TargetPython("python3.12", Path("/bin/python3.12"))


def test_a_requested_runtime_is_not_replaced_by_another(machine: set[str]) -> None:
    machine |= {"python3.13"}

    with pytest.raises(LocalCloudError, match=r"no python3\.14 on this machine.*\n.*uv python install 3\.14"):
        target_python.choose({"PythonRuntime": "python3.14"})


def test_a_runtime_that_lambda_does_not_support_is_refused(machine: set[str]) -> None:
    machine |= {"python3.10"}

    with pytest.raises(LocalCloudError, match=r"The template allows python3\.11, .*python3\.14"):
        target_python.choose({"PythonRuntime": "python3.10"})


def test_a_shim_without_an_interpreter_is_not_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shim = tmp_path / "python3.99"
    shim.write_text("#!/bin/sh\nexit 127\n")
    shim.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")

    assert target_python.find("python3.99") is None


def test_the_running_python_is_found_independently_of_the_path(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    running = f"python{sys.version_info.major}.{sys.version_info.minor}"

    assert target_python.find(running) == Path(sys.executable)
