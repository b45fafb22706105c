"""Choose the Python to build with: the runtime's own minor version, which alone compiles bytecode that it loads."""

import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import uv
from cfnlint.decode import cfn_yaml

from tools.local_cloud.cloud import LocalCloudError


@dataclass(frozen=True)
class TargetPython:
    """A Python interpreter of the minor version that Lambda will run."""

    runtime: str
    executable: Path


def choose(parameters: Mapping[str, str], template: Path) -> TargetPython:
    """Take the runtime that `parameters` name; else the template's default, or what there is of its other runtimes.

    Raises:
        LocalCloudError: the runtime that was asked for is not on this machine, or none is.
    """
    default, allowed = _runtimes(template)
    wanted = parameters.get("PythonRuntime")
    for runtime in [wanted] if wanted else [default, *reversed(allowed)]:
        if runtime in allowed and (found := find(runtime)):
            return TargetPython(runtime, found)
    raise LocalCloudError(
        f"There is no {wanted or 'Python that Lambda runs'} on this machine; it takes {', '.join(allowed)}.\n"
        f"Get one: `.venv/bin/uv python install {(wanted or default).removeprefix('python')}`, and run it again."
    )


def find(runtime: str) -> Path | None:
    """Look on the PATH, then for the running interpreter, then among those that uv has installed."""
    # A pyenv shim may be there without the Python behind it: so each is asked.
    for candidate in (shutil.which(runtime), sys.executable, _of_uv(runtime)):
        if candidate and version_of(candidate) == runtime:
            return Path(candidate)
    return None


def version_of(executable: str) -> str | None:
    """Such as `python3.13`; None where it does not run."""
    ask = "import sys; print(f'python{sys.version_info[0]}.{sys.version_info[1]}')"
    try:
        answer = subprocess.run([executable, "-c", ask], capture_output=True, text=True, timeout=20, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return None
    return answer.stdout.strip() if answer.returncode == 0 else None


def _of_uv(runtime: str) -> str | None:
    command = [uv.find_uv_bin(), "python", "find", "--managed-python", runtime.removeprefix("python")]
    answer = subprocess.run(command, capture_output=True, text=True, check=False)
    return answer.stdout.strip() or None


def _runtimes(template: Path) -> tuple[str, list[str]]:
    """Return the default of the parameter PythonRuntime, and its allowed values, oldest first."""
    parameter = cfn_yaml.load(str(template))["Parameters"]["PythonRuntime"]
    return str(parameter["Default"]), list(map(str, parameter["AllowedValues"]))
