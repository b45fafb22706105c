"""Lock the requirements of the tools and of the dependencies layer, with the hashes of every file."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PROVIDED_BY_RUNTIME = ("boto3", "botocore", "jmespath", "python-dateutil", "s3transfer", "six", "urllib3")
LOCKS = {
    "requirements/tools": ["--override", "requirements/overrides.txt"],
    # The functions run what the tests import. The runtime provides boto3 and its dependencies.
    "layers/dependencies/requirements": [
        "--constraint=requirements/tools.txt",
        *(f"--no-emit-package={name}" for name in PROVIDED_BY_RUNTIME),
    ],
    # Separate environments: checkov pins old releases that conflict with the tools, and only `make load` needs Locust.
    "requirements/scan": [],
    "requirements/docs": [],
    "requirements/load": [],
    # Separate, because the chart's renderer has 80 MB.
    "requirements/bench": [],
    "requirements/bootstrap": ["--constraint", "requirements/tools.txt"],
}


def lock() -> None:
    """Resolve the requirements for every platform and for Python 3.11 and later.

    Raises:
        subprocess.CalledProcessError: uv failed. It printed the cause.
    """
    uv = [sys.executable, "-m", "uv", "pip", "compile", "--quiet", "--universal", "--generate-hashes"]
    environment = os.environ | {"UV_CUSTOM_COMPILE_COMMAND": "make lock"}
    for name, options in LOCKS.items():
        files = [f"{name}.in", "--output-file", f"{name}.txt"]
        subprocess.run(
            [*uv, "--python-version", "3.11", *options, *files],
            cwd=ROOT,
            env=environment,
            check=True,
        )


if __name__ == "__main__":
    lock()
