"""The layers' Makefiles compile for the template's Python version, and report when that Python is missing."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.stack_template import ROOT

LAYERS = ROOT / "layers"
FLAGS = re.DOTALL | re.MULTILINE
HERE = f"python{sys.version_info.major}.{sys.version_info.minor}"


def build_kernel(tmp_path: Path, runtime: str) -> tuple[list[str], str]:
    """Build the kernel layer like SAM does. Return its bytecode files and the output."""
    artifacts = tmp_path / "build with a space" / "KernelLayer"
    artifacts.mkdir(parents=True)
    (tmp_path / "build.toml").write_text(
        f'[layer_build_definitions.1]\nlayer_name = "KernelLayer"\ncompatible_runtimes = ["{runtime}"]\n'
    )
    command = [
        "make",
        "--silent",
        f"--directory={LAYERS / 'kernel'}",
        "build-KernelLayer",
        f"ARTIFACTS_DIR={artifacts}",
    ]
    built = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603
    return [path.name for path in artifacts.rglob("*.pyc")], built.stdout


def test_a_layer_is_compiled_by_the_runtimes_own_python(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", f"{sys.prefix}/bin", prepend=":")
    modules = list((LAYERS / "kernel" / "kernel").glob("*.py"))

    compiled, _ = build_kernel(tmp_path, HERE)

    tag = sys.implementation.cache_tag
    assert sorted(compiled) == sorted(f"{module.stem}.{tag}.pyc" for module in modules)


def test_the_error_for_a_missing_python_says_what_to_do(tmp_path: Path) -> None:
    compiled, said = build_kernel(tmp_path, "python3.99")

    assert compiled == []
    assert "python3.99 is not on the PATH. Install it, delete .aws-sam/cache" in said


def test_both_layers_are_compiled_in_the_same_way() -> None:
    """SAM builds each layer in a separate folder, so the layers cannot share a file."""
    kernel, dependencies = ((LAYERS / layer / "Makefile").read_text() for layer in ("kernel", "dependencies"))

    for part in (r"# The Python version of.*?(?=\nbuild-)", r"# Lambda's file system.*?; fi$"):
        assert re.findall(part, kernel, FLAGS) == re.findall(part, dependencies, FLAGS) != []
