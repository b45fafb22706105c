"""The layer of dependencies: what is locked into it, and for whom it is built."""

import re
import runpy
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.architecture.stack_template import ROOT

LAYER = ROOT / "layers" / "dependencies"
THE_RUNTIMES = {"boto3", "botocore", "jmespath", "python-dateutil", "s3transfer", "six", "urllib3"}

pip_options: Callable[[Path], list[str]] = runpy.run_path(str(LAYER / "target.py"))["pip_options"]


def locked(lock: Path) -> dict[str, str]:
    """The versions in a lock, by package."""
    return dict(re.findall(r"^([a-z0-9][\w.-]*)==([^\s\\;]+)", lock.read_text(), re.MULTILINE))


def test_what_the_runtime_ships_is_not_in_the_lock() -> None:
    assert not locked(LAYER / "requirements.txt").keys() & THE_RUNTIMES


def test_functions_run_on_the_versions_that_they_are_tested_with() -> None:
    toolchain = locked(ROOT / "requirements" / "tools.txt")

    for package, version in locked(LAYER / "requirements.txt").items():
        assert toolchain[package] == version


def test_the_lock_holds_all_that_it_was_asked_for() -> None:
    asked_for = {line for line in (LAYER / "requirements.in").read_text().splitlines() if not line.startswith("#")}

    assert asked_for <= locked(LAYER / "requirements.txt").keys()


def test_every_file_of_the_lock_is_held_to_its_hash() -> None:
    makefile = (LAYER / "Makefile").read_text()

    assert "--require-hashes" in makefile
    assert "--no-deps" in makefile


def test_the_layer_is_built_for_what_sam_says(tmp_path: Path) -> None:
    (tmp_path / "build.toml").write_text(
        "[layer_build_definitions.1]\n"
        'layer_name = "KernelLayer"\ncompatible_runtimes = ["python3.12"]\narchitecture = "x86_64"\n\n'
        "[layer_build_definitions.2]\n"
        'layer_name = "DependenciesLayer"\ncompatible_runtimes = ["python3.13"]\narchitecture = "arm64"\n'
    )

    options = pip_options(tmp_path / "build" / "DependenciesLayer")

    assert options[-4:] == ["--python-version", "3.13", "--platform", "manylinux2014_aarch64"]


def test_without_knowing_the_target_nothing_is_built(tmp_path: Path) -> None:
    with pytest.raises(LookupError, match="whole template"):
        pip_options(tmp_path / "build" / "DependenciesLayer")


def test_in_a_build_container_the_target_is_the_container() -> None:
    assert pip_options(Path("/tmp/samcli/artifacts")) == []  # noqa: S108 (where SAM mounts it)
