"""Run the SAM CLI of .venv, and write its output to a log file."""

import subprocess
import sys
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from tools.local_cloud.cloud import LocalCloud, LocalCloudError
from tools.local_cloud.environment import subprocess_environment

SETTINGS = {
    # Poll the state of a deployment often, because the emulator needs seconds, not minutes as AWS does.
    "SAM_CLI_POLL_DELAY": "0.1",
    # Wide tables, because a failure's reason must be on one line.
    "COLUMNS": "240",
}
# The number of lines of SAM's output in an error message.
TAIL = 15
FAILURE_MARKERS = ("_FAILED", "Error:", "error:", "Failed to ", "Reason:")


def run(
    cloud: LocalCloud,
    arguments: Sequence[str],
    environment: Mapping[str, str] | None = None,
    on_line: Callable[[str], None] = lambda _: None,
) -> None:
    """Run `sam` in the checkout. The log file in the state directory is named after the command.

    Args:
        cloud: The local cloud.
        arguments: The command and its arguments.
        environment: More environment variables.
        on_line: Called with each line of output.

    Raises:
        LocalCloudError: SAM failed. The message contains the relevant part of its output and the path of the log.
    """
    cloud.state_dir.mkdir(parents=True, exist_ok=True)
    log_file = cloud.state_dir / f"sam-{arguments[0]}.log"
    program = subprocess.Popen(
        [sys.executable, "-m", "samcli", *arguments],
        cwd=cloud.root,
        env=subprocess_environment() | SETTINGS | dict(environment or {}),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        output = _read(program, log_file, on_line)
        status = program.wait()
    finally:
        # After Ctrl-C or an exception, no deployment may continue in the background.
        if program.poll() is None:
            program.terminate()
            program.wait(timeout=10)
    if status:
        raise LocalCloudError(
            f"`sam {arguments[0]}` failed:\n{relevant_lines(output)}\nThe complete output: {log_file}"
        )


def relevant_lines(output: Sequence[str]) -> str:
    """Return the lines that name a failure, without duplicates, and the lines after them, or else the last lines."""
    failures = [number for number, line in enumerate(output) if any(sign in line for sign in FAILURE_MARKERS)]
    chosen = [output[number].strip() for number in failures]
    after_the_last = [line.strip() for line in output[failures[-1] + 1 :]] if failures else list(output)
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
