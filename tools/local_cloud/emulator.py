"""Start and stop MiniStack, the AWS emulator. It runs in the background, on 127.0.0.1 only and in memory."""

import os
import shutil
import sys
import time
from collections.abc import Mapping
from pathlib import Path

import psutil

from tools.local_cloud.background import BackgroundProcess
from tools.local_cloud.cloud import REGION, ROOT, LocalCloud, LocalCloudError
from tools.local_cloud.environment import subprocess_environment
from tools.local_cloud.ports import is_taken, listener, next_free_port, port_in_use_message
from tools.local_cloud.reachability import Reach, reach

START_SECONDS = 150
# A busy emulator responds slowly. `make up` must not replace it as if it were down.
RESPONSE_TIMEOUT_SECONDS = 15
# The memory that the process of one function needs.
FUNCTION_BYTES = 75 * 2**20
MIN_CONCURRENT_FUNCTIONS = 16


def process(cloud: LocalCloud) -> BackgroundProcess:
    """Return the background process of the emulator."""
    return BackgroundProcess.in_directory(cloud.state_dir, "emulator")


def identity(cloud: LocalCloud) -> str | None:
    """Return the identity of the running emulator. A new identity means that the state of the previous one is lost."""
    return process(cloud).identity()


def launch(cloud: LocalCloud) -> bool:
    """Start the emulator unless it is running. Does not wait until it is ready.

    Returns:
        Whether it was started. A started emulator is empty.

    Raises:
        LocalCloudError: Another program uses the port.
    """
    emulator = process(cloud)
    if emulator.port() == cloud.emulator_port:
        return False
    # Check the port before stopping an emulator on another port, because an error must change nothing.
    if is_taken(cloud.emulator_port):
        hint = cloud.up_command(emulator_port=next_free_port(cloud.emulator_port, cloud.web_port))
        raise LocalCloudError(port_in_use_message(cloud.emulator_port, listener(cloud.emulator_port), hint))
    stop(cloud)
    _files(cloud).mkdir(parents=True, mode=0o700)
    variables = environment(cloud) | {"TMPDIR": str(_files(cloud))}
    # MiniStack behind a guard that refuses requests from other websites.
    command = [sys.executable, "-m", "tools.local_cloud.guarded_emulator", str(cloud.stack_file)]
    # The working directory is this checkout even if a cloud deploys a copy of the sources, because the tools are here.
    emulator.start(command, variables, ROOT, cloud.emulator_port)
    return True


def wait_until_ready(cloud: LocalCloud) -> None:
    """Wait until the emulator is ready for requests.

    Raises:
        LocalCloudError: The emulator has ended, or it is not ready within START_SECONDS.
    """
    deadline = time.monotonic() + START_SECONDS
    while reach(cloud, RESPONSE_TIMEOUT_SECONDS) is not Reach.RUNNING:
        if process(cloud).find() is None:
            raise LocalCloudError(
                f"The emulator ended while it started. The end of its log:\n{process(cloud).log_tail()}"
            )
        if time.monotonic() > deadline:
            log = process(cloud).log_file
            raise LocalCloudError(
                f"The emulator on {cloud.emulator_url} is running but does not respond.\n"
                f"Its log is {log}. To restart it: make down up"
            )
        time.sleep(0.05)


def restart(cloud: LocalCloud) -> None:
    """Replace the running emulator with an empty one, and wait until it is ready.

    Raises:
        LocalCloudError: The new emulator does not become ready.
    """
    stop(cloud)
    launch(cloud)
    wait_until_ready(cloud)


def stop(cloud: LocalCloud) -> bool:
    """Stop the emulator and delete its files.

    Returns:
        Whether it was running.
    """
    # A short timeout is enough, because the emulator has no state to save.
    was_running = process(cloud).stop(timeout_seconds=0.5)
    shutil.rmtree(_files(cloud), ignore_errors=True)
    return was_running


def _files(cloud: LocalCloud) -> Path:
    """Return the folder in which the emulator unpacks functions and layers."""
    return cloud.state_dir / "emulator-files"


def concurrent_functions(memory: int) -> int:
    """Return how many functions may run concurrently. They may use half of the free memory.

    The emulator throttles further invocations, as an AWS account does at its concurrency limit. The emulator's own
    default assumes a fifth of the memory that a function needs here. `memory` is the free memory in bytes.
    """
    return max(MIN_CONCURRENT_FUNCTIONS, memory // 2 // FUNCTION_BYTES)


def environment(cloud: LocalCloud, inherited: Mapping[str, str] = os.environ) -> dict[str, str]:
    """Return the environment variables of the emulator. The functions that it runs inherit them."""
    concurrency = cloud.account_concurrency or concurrent_functions(psutil.virtual_memory().available)
    return subprocess_environment(inherited) | {
        "GATEWAY_PORT": str(cloud.emulator_port),
        # By default, other computers in the network could reach it. For containers, see container_gateway.py.
        "BIND_HOST": "127.0.0.1",
        "AWS_ENDPOINT_URL": cloud.emulator_url,
        "MINISTACK_REGION": REGION,
        "PERSIST_STATE": "0",
        "AUTH": "true" if cloud.enforces_roles else "false",
        # Idle seconds after which a function's additional workers end. Each worker needs 70 MB.
        "LAMBDA_WARM_TTL_SECONDS": "30",
        "LAMBDA_ACCOUNT_CONCURRENCY": str(concurrency),
        # Two unused listeners. Their ports are fixed, so those of a second emulator would fail.
        "IOT_MTLS_ENABLED": "0",
        "SFTP_ENABLED": "0",
    }
