"""Run MiniStack behind the guard and the throttle: `python -m tools.local_cloud.guarded_emulator STACK_FILE`.

MiniStack's own `main` cannot run a wrapped application. Its server, Hypercorn, needs twice the CPU time of uvicorn with
httptools for each request, and the emulator's one process serves hundreds of requests for each order.
"""

import os
import resource
import sys
import tempfile
from contextlib import suppress
from pathlib import Path

import uvicorn
from ministack.app import LOG_LEVEL, app

from tools.local_cloud.api_throttle import ApiThrottle
from tools.local_cloud.emulator_guard import EmulatorGuard, PagePorts
from tools.local_cloud.shared_layers import share_layers

# The value in MiniStack's own `main`. Clients keep idle connections for up to a minute.
KEEP_ALIVE_SECONDS = 75
STOP_SECONDS = 3


def main(stack_file: str) -> None:
    """Serve requests until the process is stopped.

    Args:
        stack_file: The path of the file that contains the URL of the web page that may call the emulator. The guard
            reads it for each request of a page.
    """
    port = int(os.environ["GATEWAY_PORT"])
    _allow_many_connections()
    share_layers(Path(tempfile.gettempdir()) / "layers")
    guard = EmulatorGuard(ApiThrottle(app), port, PagePorts(Path(stack_file)))
    uvicorn.run(
        guard,
        host=os.environ["BIND_HOST"],
        port=port,
        http="httptools",
        lifespan="on",
        access_log=False,
        log_config=None,
        log_level=LOG_LEVEL.lower(),
        timeout_keep_alive=KEEP_ALIVE_SECONDS,
        timeout_graceful_shutdown=STOP_SECONDS,
    )


def _allow_many_connections() -> None:
    """Raise the limit of open files to the maximum, because a burst of requests opens more than the usual 1024."""
    _, maximum = resource.getrlimit(resource.RLIMIT_NOFILE)
    # macOS refuses the maximum that it reports itself.
    with suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (maximum, maximum))


if __name__ == "__main__":
    main(*sys.argv[1:])
