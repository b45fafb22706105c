"""Run the SAM CLI of .venv, with its output in a log file."""

import subprocess
import sys
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from tools.local_cloud.cloud import LocalCloud, LocalCloudError
from tools.local_cloud.environment import programs_environment

SETTINGS = {
    # Ask the emulator for the state of a deployment often: it takes seconds, not minutes as on AWS.
    "SAM_CLI_POLL_DELAY": "0.1",
    # Its tables as wide as need be: a reason for a failure stands on one line.
    "COLUMNS": "240",
}
TAIL = 15
SIGNS_OF_FAILURE = ("_FAILED", "Error:", "error:", "Failed to ", "Reason:")


def run(
    cloud: LocalCloud,
    arguments: Sequence[str],
    environment: Mapping[str, str] | None = None,
    on_line: Callable[[str], None] = lambda _: None,
) -> None:
    """Run `sam` in the checkout. Its first argument, the command, names the log in the state directory.

    Raises:
        LocalCloudError: it failed; with the useful part of its output and where the rest is.
    """
    cloud.state_dir.mkdir(parents=True, exist_ok=True)
    log_file = cloud.state_dir / f"sam-{arguments[0]}.log"
    program = subprocess.Popen(
        [sys.executable, "-m", "samcli", *arguments],
        cwd=cloud.root,
        env=programs_environment() | SETTINGS | dict(environment or {}),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        output = _read(program, log_file, on_line)
        status = program.wait()
    finally:
        # Ctrl-C or a bug: leave no deployment running behind the person's back.
        if program.poll() is None:
            program.terminate()
            program.wait(timeout=10)
    if status:
        raise LocalCloudError(f"`sam {arguments[0]}` failed:\n{useful_part(output)}\nAll of its output: {log_file}")


def useful_part(output: Sequence[str]) -> str:
    """The lines that tell why, once each, with what follows the last of them; else the last lines."""
    telling = [number for number, line in enumerate(output) if any(sign in line for sign in SIGNS_OF_FAILURE)]
    chosen = [output[number].strip() for number in telling]
    after_the_last = [line.strip() for line in output[telling[-1] + 1 :]] if telling else list(output)
    lines = [line for line in dict.fromkeys(chosen + after_the_last[-TAIL:]) if line]
    return "\n".join(f"  {line}" for line in lines[:TAIL])


def _read(program: "subprocess.Popen[str]", log_file: Path, on_line: Callable[[str], None]) -> list[str]:
    kept: deque[str] = deque(maxlen=2000)
    with log_file.open("w") as log:
        for line in program.stdout or ():
            log.write(line)
            log.flush()
            kept.append(line.rstrip("\n"))
            on_line(line.rstrip("\n"))
    return list(kept)
