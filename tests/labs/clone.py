"""A fresh clone of this repository, as a participant of a workshop has one."""

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

# Of the `make` that runs the labs: its variables are not the participant's.
OF_MAKE = ("MAKEFLAGS", "MAKEOVERRIDES", "MAKELEVEL", "MFLAGS", "N")


@dataclass(frozen=True)
class Clone:
    """The clone's folder, and the environment of the terminal in it."""

    folder: Path
    environment: dict[str, str]

    def aws_on_the_emulator(self) -> dict[str, str]:
        """What lets a command that is meant for an AWS account reach the clone's emulator."""
        chosen = {name: value for name, value in subprocess_environment({}).items() if name.startswith("AWS_")}
        return chosen | {"AWS_ENDPOINT_URL": f"http://127.0.0.1:{self.environment['EMULATOR_PORT']}"}

    def changes(self) -> str:
        """What a participant's work has changed, as `git status --short` lists it."""
        return _git("status", "--short", folder=self.folder)

    def forget_changes(self) -> None:
        _git("reset", "--quiet", "--hard", folder=self.folder)
        _git("clean", "--quiet", "-fd", folder=self.folder)


@contextmanager
def fresh_clone() -> Iterator[Clone]:
    """Clone what is committed or added, and stop afterwards what was started in it."""
    with tempfile.TemporaryDirectory(prefix="labs-") as temporary:
        clone = Clone(Path(temporary, "serverless-orders"), _environment())
        _clone(clone.folder)
        try:
            yield clone
        finally:
            subprocess.run(["make", "down"], cwd=clone.folder, env=clone.environment, check=True)  # noqa: S607 (make of the PATH)


def _clone(folder: Path) -> None:
    """Clone the last commit with what has been changed since; a file that git does not know is left out."""
    _git("clone", "--quiet", "--no-checkout", str(ROOT), str(folder), folder=ROOT)
    author = ("-c", "user.name=labs", "-c", "user.email=labs@example.com")
    changed = _git("status", "--short", "--untracked-files=no", folder=ROOT)
    commit = _git(*author, "stash", "create", folder=ROOT) if changed else _git("rev-parse", "HEAD", folder=ROOT)
    _git("fetch", "--quiet", "origin", commit, folder=folder)
    _git("checkout", "--quiet", "-B", "labs", commit, folder=folder)


def _environment() -> dict[str, str]:
    """A participant's: no virtual environment, no AWS account; ports of its own."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("AWS_", "PYTEST_", "GIT_")) and name not in (*OF_MAKE, "VIRTUAL_ENV", "PYTHONPATH")
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
