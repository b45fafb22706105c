"""Run MiniStack behind the guard and the throttle: `python -m tools.local_cloud.guarded_emulator STACK_FILE`.

Uses the same server and settings as `python -m ministack`. That module's `main` cannot run a wrapped application.
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

# The value in MiniStack's own `main`.
KEEP_ALIVE_SECONDS = 75


def main(stack_file: str) -> None:
    """Serve requests until the process is stopped.

    Args:
        stack_file: The path of the file that contains the URL of the web page that may call the emulator. The guard
            reads it for each request of a page.
    """
    port = int(os.environ["GATEWAY_PORT"])
    _allow_many_connections()
    guard = EmulatorGuard(ApiThrottle(app), port, PagePorts(Path(stack_file)))
    asyncio.run(serve(guard, settings(os.environ["BIND_HOST"], port), mode="asgi"))


def settings(address: str, port: int) -> Config:
    """Return the same Hypercorn settings as MiniStack's own `main`."""
    config = Config()
    config.bind = [f"{address}:{port}"]
    config.keep_alive_timeout = KEEP_ALIVE_SECONDS
    config.loglevel = LOG_LEVEL.upper()
    return config


def _allow_many_connections() -> None:
    """Raise the limit of open files to the maximum, because a burst of requests opens more than the usual 1024."""
    _, maximum = resource.getrlimit(resource.RLIMIT_NOFILE)
    # macOS refuses the maximum that it reports itself.
    with suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (maximum, maximum))


if __name__ == "__main__":
    main(*sys.argv[1:])
