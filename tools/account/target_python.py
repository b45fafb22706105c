"""Choose the Python to build with. It must have the runtime's minor version, because bytecode depends on it."""

import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import uv
from cfnlint.decode import cfn_yaml

from tools.local_cloud.cloud import ROOT, LocalCloudError


@dataclass(frozen=True)
class TargetPython:
    """A Python interpreter with the minor version of a Lambda runtime.

    Attributes:
        runtime: The Lambda runtime, for example `python3.13`.
        executable: The path of the interpreter.
    """

    runtime: str
    executable: Path


def choose(parameters: Mapping[str, str]) -> TargetPython:
    """Return the Python for the parameter PythonRuntime.

    Without this parameter, return the Python for the template's default, or else for its newest other runtime that
    is installed.

    Raises:
        LocalCloudError: The required Python is not installed, or the template does not allow the runtime.
    """
    default, allowed = _runtimes()
    wanted = parameters.get("PythonRuntime")
    for runtime in [wanted] if wanted else [default, *reversed(allowed)]:
        if runtime in allowed and (interpreter := find(runtime)):
            return TargetPython(runtime, interpreter)
    raise LocalCloudError(
        f"There is no {wanted or 'Python for Lambda'} on this machine. The template allows {', '.join(allowed)}.\n"
        f"Install it with `.venv/bin/uv python install {(wanted or default).removeprefix('python')}`, "
        "then run the command again."
    )


def find(runtime: str) -> Path | None:
    """Return the Python for a runtime: from the PATH, the running interpreter, or an interpreter that uv installed."""
    # Check each version, because a pyenv shim can exist without the interpreter.
    for candidate in (shutil.which(runtime), sys.executable, _find_with_uv(runtime)):
        if candidate and version_of(candidate) == runtime:
            return Path(candidate)
    return None


def version_of(executable: str) -> str | None:
    """Return the version of an interpreter, for example `python3.13`. None if it does not run."""
    program = "import sys; print(f'python{sys.version_info[0]}.{sys.version_info[1]}')"
    try:
        finished = subprocess.run([executable, "-c", program], capture_output=True, text=True, timeout=20, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return None
    return finished.stdout.strip() if finished.returncode == 0 else None


def _find_with_uv(runtime: str) -> str | None:
    command = [uv.find_uv_bin(), "python", "find", "--managed-python", runtime.removeprefix("python")]
    finished = subprocess.run(command, capture_output=True, text=True, check=False)
    return finished.stdout.strip() or None


def _runtimes() -> tuple[str, list[str]]:
    """Return the default of the parameter PythonRuntime, and its allowed values, oldest first."""
    parameter = cfn_yaml.load(str(ROOT / "template.yaml"))["Parameters"]["PythonRuntime"]
    return str(parameter["Default"]), list(map(str, parameter["AllowedValues"]))
