"""Run a command with a fraction of the CPU: `python -m tests.support.slow 0.2 pytest`. Needs Linux and root.

The processes share a control group whose CPU quota is that fraction of all cores
(https://www.kernel.org/doc/html/latest/admin-guide/cgroup-v2.html#cpu-interface-files).
"""

import os
import sys
from pathlib import Path

CGROUPS = Path("/sys/fs/cgroup")
PERIOD_MICROSECONDS = 100_000


def limit_this_process(speed: float) -> None:
    """Limit this process and its children to a fraction of the machine's CPU time.

    Args:
        speed: The fraction of all cores, for example 0.2.

    Raises:
        OSError: The system has no control groups, or the user must not create one.
    """
    quota = int(speed * (os.cpu_count() or 1) * PERIOD_MICROSECONDS)
    is_version_2 = (CGROUPS / "cgroup.controllers").exists()
    group = (CGROUPS if is_version_2 else CGROUPS / "cpu") / f"serverless-orders-slow-{os.getpid()}"
    group.mkdir()
    if is_version_2:
        (group / "cpu.max").write_text(f"{quota} {PERIOD_MICROSECONDS}")
    else:
        (group / "cpu.cfs_period_us").write_text(str(PERIOD_MICROSECONDS))
        (group / "cpu.cfs_quota_us").write_text(str(quota))
    (group / "cgroup.procs").write_text(str(os.getpid()))


def main(arguments: list[str]) -> None:
    """Limit this process, and replace it by the command."""
    if len(arguments) < 2:
        sys.exit("Usage: python -m tests.support.slow 0.2 pytest tests/e2e")
    speed, *command = arguments
    try:
        limit_this_process(float(speed))
    except OSError as error:
        sys.exit(f"This command needs Linux control groups and root: {error}")
    os.execvp(command[0], command)  # noqa: S606 (the developer's command)


if __name__ == "__main__":
    main(sys.argv[1:])
