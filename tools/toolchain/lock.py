"""Lock requirements/*.in into requirements/*.txt, with the hashes of every file."""

import os
import subprocess
import sys
from pathlib import Path

REQUIREMENTS = Path(__file__).resolve().parents[2] / "requirements"
LOCKS = {
    "tools": ["--override", "requirements/overrides.txt"],
    # Separate environments: checkov pins old releases that conflict with the tools, and only `make load` needs Locust.
    "scan": [],
    "docs": [],
    "load": [],
    # Separate, because the chart's renderer has 80 MB.
    "bench": [],
    "bootstrap": ["--constraint", "requirements/tools.txt"],
}


def lock() -> None:
    """Resolve the requirements for every platform and for Python 3.11 and later.

    Raises:
        subprocess.CalledProcessError: uv failed. It printed the cause.
    """
    uv = [sys.executable, "-m", "uv", "pip", "compile", "--quiet", "--universal", "--generate-hashes"]
    environment = os.environ | {"UV_CUSTOM_COMPILE_COMMAND": "make lock"}
    for name, options in LOCKS.items():
        files = [f"requirements/{name}.in", "--output-file", f"requirements/{name}.txt"]
        subprocess.run(
            [*uv, "--python-version", "3.11", *options, *files],
            cwd=REQUIREMENTS.parent,
            env=environment,
            check=True,
        )


if __name__ == "__main__":
    lock()
