"""Run MiniStack behind guard and throttle: `python -m tools.local_cloud.guarded_emulator STACK_FILE`.

The same process, server and settings as `python -m ministack`, whose `main` takes no other application than its own.
"""

import asyncio
import os
import resource
import sys
from contextlib import suppress
from pathlib import Path

from hypercorn.asyncio import serve
from hypercorn.config import Config
from ministack.app import LOG_LEVEL, app

from tools.local_cloud.api_throttle import ApiThrottle
from tools.local_cloud.emulator_guard import EmulatorGuard, PagePorts

# Of MiniStack's own `main`.
KEEP_ALIVE_SECONDS = 75


def main(stack_file: str) -> None:
    """Serve until the process is stopped.

    Args:
        stack_file: Says which page may call the emulator. Read again whenever a page does.
    """
    port = int(os.environ["GATEWAY_PORT"])
    _allow_many_connections()
    guard = EmulatorGuard(ApiThrottle(app), port, PagePorts(Path(stack_file)))
    asyncio.run(serve(guard, settings(os.environ["BIND_HOST"], port), mode="asgi"))


def settings(address: str, port: int) -> Config:
    """Return Hypercorn's settings, as MiniStack makes them."""
    config = Config()
    config.bind = [f"{address}:{port}"]
    config.keep_alive_timeout = KEEP_ALIVE_SECONDS
    config.loglevel = LOG_LEVEL.upper()
    return config


def _allow_many_connections() -> None:
    """Raise the limit of open files as far as the system lets us: a burst opens more than the usual 1024."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    # macOS refuses what it itself calls the maximum.
    with suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


if __name__ == "__main__":
    main(*sys.argv[1:])
