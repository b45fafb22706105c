"""A fresh clone of this repository, like that of a workshop's participant or of a team that copies it."""

import os
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tools.local_cloud.cloud import ROOT
from tools.local_cloud.environment import subprocess_environment
from tools.local_cloud.ports import free_port

# Variables of the `make` that runs the tests, which the user of a clone does not have.
MAKE_VARIABLES = ("MAKEFLAGS", "MAKEOVERRIDES", "MAKELEVEL", "MFLAGS", "N", "PART")


@dataclass(frozen=True)
class Clone:
    """The clone's folder, and the environment of the terminal in it."""

    folder: Path
    environment: dict[str, str]

    def aws_on_the_emulator(self) -> dict[str, str]:
        """Return variables that direct AWS commands to the clone's emulator."""
        aws_variables = {name: value for name, value in subprocess_environment({}).items() if name.startswith("AWS_")}
        return aws_variables | {"AWS_ENDPOINT_URL": f"http://127.0.0.1:{self.environment['EMULATOR_PORT']}"}

    def changes(self) -> str:
        """Return the changed files, as `git status --short` lists them."""
        return _git("status", "--short", folder=self.folder)

    def reset(self) -> None:
        _git("reset", "--quiet", "--hard", folder=self.folder)
        _git("clean", "--quiet", "-fd", folder=self.folder)


@contextmanager
def fresh_clone() -> Iterator[Clone]:
    """Provide a clone with all committed and staged changes, and delete it at the end."""
    with tempfile.TemporaryDirectory(prefix="clone-") as temporary:
        clone = Clone(Path(temporary, "serverless-orders"), _environment())
        _clone(clone.folder)
        yield clone


def _clone(folder: Path) -> None:
    """Clone the last commit and the changes since then, without untracked files."""
    _git("clone", "--quiet", "--no-checkout", str(ROOT), str(folder), folder=ROOT)
    author = ("-c", "user.name=clone", "-c", "user.email=clone@example.com")
    changed = _git("status", "--short", "--untracked-files=no", folder=ROOT)
    commit = _git(*author, "stash", "create", folder=ROOT) if changed else _git("rev-parse", "HEAD", folder=ROOT)
    _git("fetch", "--quiet", "origin", commit, folder=folder)
    _git("checkout", "--quiet", "-B", "clone", commit, folder=folder)


def _environment() -> dict[str, str]:
    """Return the environment of a new terminal: no virtual environment, no AWS account, separate ports."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("AWS_", "PYTEST_", "GIT_"))
        and name not in (*MAKE_VARIABLES, "VIRTUAL_ENV", "PYTHONPATH")
    }
    path = [folder for folder in kept.get("PATH", os.defpath).split(os.pathsep) if folder != str(ROOT / ".venv/bin")]
    return kept | {
        "PATH": os.pathsep.join(path),
        "EMULATOR_PORT": str(free_port()),
        "WEB_PORT": str(free_port()),
        "TERM": "dumb",
        "COLUMNS": "120",
        "GIT_PAGER": "cat",
    }


def _git(*arguments: str, folder: Path) -> str:
    done = subprocess.run(["git", *arguments], cwd=folder, check=True, capture_output=True, text=True)  # noqa: S603, S607 (git of the PATH)
    return done.stdout.strip()
