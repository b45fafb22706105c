"""A terminal for the commands of a document: it runs one block after the other, in one folder."""

import os
import re
import signal
import subprocess
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

MAX_BLOCK_SECONDS = 1800
# Each block runs in its own shell, which can be killed after a timeout. Variables and the working folder are passed on
# to the next block.
SCRIPT = """
test ! -f "$STATE" || {{ source "$STATE" 2>/dev/null; cd "$PWD"; }}
trap 'status=$?; {{ declare -p | grep -Ev "^declare -[a-zA-Z]*[rx]"; declare -p PWD; }} > "$STATE"; exit $status' EXIT
set -e -o pipefail
{commands}
"""


@dataclass(frozen=True)
class Outcome:
    """The exit status of a block, or None after a timeout, and its output."""

    status: int | None
    printed: str


class Terminal:
    """Runs blocks of commands. The first failing command ends its block."""

    def __init__(self, folder: Path, environment: Mapping[str, str]) -> None:
        self._folder = folder
        self._environment = dict(environment)
        self._private = Path(tempfile.mkdtemp(prefix="terminal-", dir=folder.parent))

    def run(self, commands: str, **environment: str) -> Outcome:
        """Run a block.

        Its output goes to a file, because background processes of the block may keep a pipe open.
        """
        output = self._private / "output"
        with output.open("wb") as sink:
            shell = subprocess.Popen(  # noqa: S603 (the commands are in this repository)
                ["/usr/bin/env", "bash", "-c", SCRIPT.format(commands=commands)],
                cwd=self._folder,
                env=self._environment | environment | {"STATE": str(self._private / "state")},
                stdin=subprocess.DEVNULL,
                stdout=sink,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
            status = _wait(shell)
        return Outcome(status, _plain(output.read_text(errors="replace")))


def _wait(shell: "subprocess.Popen[bytes]") -> int | None:
    try:
        return shell.wait(MAX_BLOCK_SECONDS)
    except subprocess.TimeoutExpired:
        return None
    finally:
        if shell.poll() is None:
            os.killpg(shell.pid, signal.SIGKILL)
            shell.wait()


def _plain(text: str) -> str:
    """Return the text without colours and without overwritten text."""
    uncoloured = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", text)
    return "\n".join(line.rpartition("\r")[2] for line in uncoloured.replace("\r\n", "\n").split("\n"))
