"""Background processes that outlive the command that starts them. A pid file identifies them."""

import contextlib
import json
import subprocess
import time
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil


@dataclass(frozen=True)
class BackgroundProcess:
    """A background process of this checkout, with its pid file and its log file."""

    pid_file: Path
    log_file: Path

    @classmethod
    def in_directory(cls, directory: Path, name: str) -> "BackgroundProcess":
        """Return the process `name` that keeps its pid file and log file in `directory`."""
        return cls(directory / f"{name}.pid", directory / f"{name}.log")

    def find(self) -> psutil.Process | None:
        """Return the process if it is running. None if it is not, or if another program has the pid now."""
        try:
            record = self._record()
            process = psutil.Process(record["pid"])
            # The command line is compared, because the time of creation follows the system clock. The interpreter's
            # path is not, because a framework build of Python on macOS replaces it.
            same = process.cmdline()[1:] == record["command"][1:]
        except (OSError, ValueError, KeyError, TypeError, psutil.Error):
            return None
        return process if same and not has_ended(process) else None

    def identity(self) -> str | None:
        """Return a text that identifies the running process. None if it is not running."""
        return self._record()["id"] if self.find() else None

    def port(self) -> int | None:
        """Return the port that the running process was started with. None if it is not running."""
        return self._record().get("port") if self.find() else None

    def start(self, command: Sequence[str], environment: Mapping[str, str], cwd: Path, port: int = 0) -> None:
        """Start `command` in a new session, which Ctrl-C in the terminal does not reach."""
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
        record = {"pid": started.pid, "id": uuid.uuid4().hex, "command": list(command), "port": port}
        try:
            self.pid_file.write_text(json.dumps(record))
        except OSError:
            # The disk is full. Without its pid file, the process could not be found and stopped later.
            started.kill()
            started.wait()
            raise
        # Linux shows the command line, which identifies the process, only a moment after it has loaded the program.
        with contextlib.suppress(psutil.Error):
            while not psutil.Process(started.pid).cmdline():
                time.sleep(0.001)

    def stop(self, timeout_seconds: float = 5) -> bool:
        """Terminate the process and its children. Kill those that are still running after the timeout.

        Returns:
            Whether the process was running.
        """
        process = self.find()
        if process:
            processes = [process, *_children(process)]
            for each in processes:
                _signal(each.terminate)
            for each in _still_running(processes, timeout_seconds):
                _signal(each.kill)
            _still_running(processes, timeout_seconds)
        self.pid_file.unlink(missing_ok=True)
        return process is not None

    def _record(self) -> dict[str, Any]:
        record: dict[str, Any] = json.loads(self.pid_file.read_text())
        return record

    def log_tail(self) -> str:
        """Return the last lines of the log."""
        try:
            return "\n".join(self.log_file.read_text(errors="replace").splitlines()[-8:])
        except OSError:
            return ""


def has_ended(process: psutil.Process) -> bool:
    """Return whether the process has ended. A zombie counts as ended, although its parent has not read its status."""
    try:
        return not process.is_running() or process.status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


def _still_running(processes: list[psutil.Process], seconds: float) -> list[psutil.Process]:
    """Wait until the processes have ended, at most `seconds`. Return those that are still running."""
    deadline = time.monotonic() + seconds
    while (left := [p for p in processes if not has_ended(p)]) and time.monotonic() < deadline:
        time.sleep(0.02)
    # Collect the exit statuses of our own children. Otherwise they stay zombies.
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
