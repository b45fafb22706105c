"""Runs `tools.local_cloud.web_application`, which serves the page and the API on one origin, in the background."""

import sys

from tools.local_cloud.background import BackgroundProcess
from tools.local_cloud.cloud import ROOT, LocalCloud, LocalCloudError
from tools.local_cloud.environment import programs_environment
from tools.local_cloud.ports import is_taken, listener, taken_message


def process(cloud: LocalCloud) -> BackgroundProcess:
    """Where this cloud's web server is found."""
    return BackgroundProcess.in_directory(cloud.state_dir, "web-server")


def require_port(cloud: LocalCloud) -> None:
    """Check that the web server can have its port, or has it.

    Raises:
        LocalCloudError: somebody else has it.
    """
    if process(cloud).port() != cloud.web_port and is_taken(cloud.web_port):
        raise LocalCloudError(taken_message(cloud.web_port, "WEB_PORT", listener(cloud.web_port)))


def start(cloud: LocalCloud) -> bool:
    """Start the web server in the background unless it runs.

    Returns: whether it was started.

    Raises:
        LocalCloudError: the port is taken by somebody else.
    """
    if process(cloud).port() == cloud.web_port:
        return False
    process(cloud).stop()
    require_port(cloud)
    command = [sys.executable, "-m", "tools.local_cloud.web_application", str(cloud.web_port), str(cloud.stack_file)]
    process(cloud).start(command, programs_environment(), ROOT, cloud.web_port)
    return True
