"""Write requirements/*.txt again from requirements/*.in, with the hashes of every file."""

import os
import subprocess
import sys
from pathlib import Path

REQUIREMENTS = Path(__file__).resolve().parents[2] / "requirements"
LOCKS = {
    "tools": ["--override", "requirements/overrides.txt"],
    # Apart from the others: checkov pins old releases of what they need, and nobody but `make load` needs Locust.
    "scan": [],
    "docs": [],
    "load": [],
    # Apart too: eighty megabytes for one picture.
    "bench": [],
    "bootstrap": ["--constraint", "requirements/tools.txt"],
}


def lock() -> None:
    """Resolve for every platform and every Python from 3.11 on.

    Raises:
        subprocess.CalledProcessError: uv could not; its own words are on the terminal.
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
