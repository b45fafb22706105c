"""Programs that outlive the command that starts them, found again by a pid file."""

import contextlib
import json
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil


@dataclass(frozen=True)
class BackgroundProcess:
    """A program of this checkout. Its pid file says which process it is, its log file what it said."""

    pid_file: Path
    log_file: Path

    @classmethod
    def in_directory(cls, directory: Path, name: str) -> "BackgroundProcess":
        """The one that keeps its two files in `directory`, named after it."""
        return cls(directory / f"{name}.pid", directory / f"{name}.log")

    def find(self) -> psutil.Process | None:
        """The running process, or None. A pid that now belongs to another program counts as None."""
        try:
            record = self._record()
            process = psutil.Process(record["pid"])
            same = abs(process.create_time() - record["created"]) < 1
        except (OSError, ValueError, KeyError, TypeError, psutil.Error):
            return None
        return process if same and not has_ended(process) else None

    def identity(self) -> str | None:
        """A text that is equal only for one and the same running process."""
        process = self.find()
        return f"{process.pid}@{process.create_time():.1f}" if process else None

    def port(self) -> int | None:
        """The port that the running process was started for."""
        return self._record().get("port") if self.find() else None

    def start(self, command: Sequence[str], environment: Mapping[str, str], cwd: Path, port: int = 0) -> None:
        """Start `command` in a session of its own, so that Ctrl-C in the terminal does not reach it."""
        self.pid_file.parent.mkdir(parents=True, exist_ok=True)
        with self.log_file.open("w") as log:
            started = subprocess.Popen(
                command,
                cwd=cwd,
                env=dict(environment),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        created = psutil.Process(started.pid).create_time()
        try:
            self.pid_file.write_text(json.dumps({"pid": started.pid, "created": created, "port": port}))
        except OSError:
            # A full disk: without its file, nothing would find the process again.
            started.kill()
            started.wait()
            raise

    def stop(self, patience: float = 5) -> bool:
        """Stop the process and its children; those still there after `patience` seconds are killed.

        Returns: whether it was running.
        """
        process = self.find()
        if process:
            family = [process, *_children(process)]
            for member in family:
                _signal(member.terminate)
            for member in _still_there(family, patience):
                _signal(member.kill)
            _still_there(family, patience)
        self.pid_file.unlink(missing_ok=True)
        return process is not None

    def _record(self) -> dict[str, Any]:
        record: dict[str, Any] = json.loads(self.pid_file.read_text())
        return record

    def last_words(self, lines: int = 8) -> str:
        """The end of the log."""
        try:
            return "\n".join(self.log_file.read_text(errors="replace").splitlines()[-lines:])
        except OSError:
            return ""


def has_ended(process: psutil.Process) -> bool:
    """Also a process that nobody has asked for its exit status yet: pid 1 may take its time."""
    try:
        return not process.is_running() or process.status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


def _still_there(processes: list[psutil.Process], seconds: float) -> list[psutil.Process]:
    """Those that have not ended after so many seconds."""
    deadline = time.monotonic() + seconds
    while (left := [p for p in processes if not has_ended(p)]) and time.monotonic() < deadline:
        time.sleep(0.02)
    # Those that are our own children go for good now.
    psutil.wait_procs(processes, timeout=0)
    return left


def _children(process: psutil.Process) -> list[psutil.Process]:
    try:
        return process.children(recursive=True)
    except psutil.Error:
        return []


def _signal(send: Callable[[], None]) -> None:
    with contextlib.suppress(psutil.NoSuchProcess):
        send()
