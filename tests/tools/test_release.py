"""Building for Lambda, and the arguments of SAM CLI."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import boto3
import pytest

from tools.account import release
from tools.account.environments import Environment
from tools.account.target_python import TargetPython
from tools.local_cloud.cloud import LocalCloudError

PYTHON = TargetPython(f"python3.{sys.version_info.minor}", Path(sys.executable))


def environment(**parameters: str) -> Environment:
    return Environment("prod", "orders-prod", parameters, boto3.Session(region_name="eu-central-1"))


@pytest.fixture
def sam(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """Replace SAM CLI by a fake that builds one function. Return the list of its command lines."""
    calls: list[list[str]] = []

    def run(arguments: list[str], root: Path, python: TargetPython | None = None) -> None:
        calls.append(arguments)
        if arguments[0] == "build":
            source = tmp_path / ".aws-sam/for-prod/build/OrdersApiFunction/place_order.py"
            source.parent.mkdir(parents=True, exist_ok=True)
            source.write_text("ANSWER = 42\n")

    monkeypatch.setattr(release, "run_sam", run)
    return calls


def test_a_build_uses_the_chosen_python(sam: list[list[str]], tmp_path: Path) -> None:
    release.build(environment(), PYTHON, tmp_path)

    assert f"PythonRuntime={PYTHON.runtime}" in sam[0]


def test_the_functions_run_on_the_processors_that_their_layer_is_built_for(sam: list[list[str]]) -> None:
    assert release.parameters(environment(), PYTHON)["Architecture"] == "arm64", "never the deployed value"
    assert release.parameters(environment(Architecture="x86_64"), PYTHON)["Architecture"] == "x86_64"


def test_a_changed_parameter_changes_the_package_of_every_function(sam: list[list[str]], tmp_path: Path) -> None:
    def package() -> dict[str, bytes]:
        folder = release.build(environment(SagaType=saga_type), PYTHON, tmp_path) / "OrdersApiFunction"
        return {path.name: path.read_bytes() for path in folder.rglob("*") if path.is_file()}

    saga_type = "STANDARD"
    before, again = package(), package()
    saga_type = "EXPRESS"

    assert before == again
    assert before != package()


def test_a_syntax_error_is_reported_before_sam_builds(sam: list[list[str]], tmp_path: Path) -> None:
    (tmp_path / "functions").mkdir()
    (tmp_path / "functions/place_order.py").write_text("def handler(:\n")

    with pytest.raises(LocalCloudError, match=r"place_order\.py, line 1: .*Nothing was built"):
        release.build(environment(), PYTHON, tmp_path)
    assert sam == []


def test_sam_deploys_the_build_with_the_parameters_that_it_was_built_with(
    sam: list[list[str]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(release, "describe", lambda _: {"Outputs": [{"OutputKey": "ApiId", "OutputValue": "abc"}]})

    outputs = release.deploy(environment(SagaType="EXPRESS"), PYTHON, tmp_path / "build", tmp_path)

    assert outputs == {"ApiId": "abc"}
    (words,) = sam
    assert {"--config-env=prod", "--stack-name=orders-prod", "--region=eu-central-1"} <= set(words)
    given = ["Architecture=arm64", "SagaType=EXPRESS", f"PythonRuntime={PYTHON.runtime}"]
    assert words[words.index("--parameter-overrides") + 1 :] == given


def test_the_chosen_python_is_on_the_path_after_the_toolchain(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    seen: dict[str, Any] = {}

    def run(command: list[str], **options: Any) -> subprocess.CompletedProcess[str]:
        seen.update(options)
        return subprocess.CompletedProcess(command, 1)

    monkeypatch.setattr(subprocess, "run", run)

    with pytest.raises(LocalCloudError, match="`sam build` failed"):
        release.run_sam(["build"], tmp_path, TargetPython("python3.13", Path("/opt/python/bin/python3.13")))
    assert seen["env"]["PATH"].split(":")[:2] == [f"{sys.prefix}/bin", "/opt/python/bin"]
    assert "stdin" not in seen, "the user can answer the questions of SAM"


@pytest.mark.parametrize(
    ("approved", "execution_role", "words"),
    [
        (False, None, set()),
        (True, "arn:aws:iam::1:role/x", {"--no-confirm-changeset", "--role-arn=arn:aws:iam::1:role/x"}),
    ],
)
def test_an_approved_change_is_deployed_without_asking_and_with_the_execution_role(
    sam: list[list[str]],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    approved: bool,
    execution_role: str | None,
    words: set[str],
) -> None:
    monkeypatch.setattr(release, "describe", lambda _: {})

    release.deploy(
        environment(), PYTHON, tmp_path / "build", tmp_path, approved=approved, execution_role=execution_role
    )

    assert {word for word in sam[-1] if word.startswith(("--no-confirm", "--role-arn"))} == words


def test_the_packages_of_a_stack_are_its_own(
    sam: list[list[str]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(release, "describe", lambda _: {})

    release.deploy(environment(), PYTHON, tmp_path / "build", tmp_path)

    assert f"--s3-prefix={environment().stack_name}" in sam[-1]
