"""Run `tools.local_cloud.web_application`, which serves the page and the API on one origin, in the background."""

import sys

from tools.local_cloud.background import BackgroundProcess
from tools.local_cloud.cloud import ROOT, LocalCloud, LocalCloudError
from tools.local_cloud.environment import subprocess_environment
from tools.local_cloud.ports import is_taken, listener, next_free_port, port_in_use_message


def process(cloud: LocalCloud) -> BackgroundProcess:
    """Return the background process of the web server."""
    return BackgroundProcess.in_directory(cloud.state_dir, "web-server")


def require_port(cloud: LocalCloud) -> None:
    """Check that the port of the web server is free, or that the web server is already running on it.

    Raises:
        LocalCloudError: Another program uses the port.
    """
    if process(cloud).port() != cloud.web_port and is_taken(cloud.web_port):
        command = cloud.up_command(web_port=next_free_port(cloud.web_port, cloud.emulator_port))
        raise LocalCloudError(port_in_use_message(cloud.web_port, listener(cloud.web_port), command))


def start(cloud: LocalCloud) -> None:
    """Start the web server in the background unless it is running.

    Raises:
        LocalCloudError: Another program uses the port.
    """
    if process(cloud).port() == cloud.web_port:
        return
    process(cloud).stop()
    require_port(cloud)
    command = [sys.executable, "-m", "tools.local_cloud.web_application", str(cloud.web_port), str(cloud.stack_file)]
    process(cloud).start(command, subprocess_environment(), ROOT, cloud.web_port)
