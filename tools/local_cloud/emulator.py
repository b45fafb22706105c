"""MiniStack, the AWS emulator: in the background, on this machine only, in memory."""

import os
import sys
import time
from collections.abc import Mapping

import httpx
import psutil

from tools.local_cloud import scratch
from tools.local_cloud.background import BackgroundProcess
from tools.local_cloud.cloud import REGION, ROOT, LocalCloud, LocalCloudError
from tools.local_cloud.environment import programs_environment
from tools.local_cloud.ports import is_taken, listener, taken_message

START_SECONDS = 150
# One that is busy takes its time; `make up` must not take it for dead and replace it.
ANSWER_SECONDS = 15
# A process and its files.
FUNCTION_BYTES = 95 * 2**20
FEWEST_FUNCTIONS = 16


def process(cloud: LocalCloud) -> BackgroundProcess:
    """Where this cloud's emulator is found."""
    return BackgroundProcess.in_directory(cloud.state_dir, "emulator")


def identity(cloud: LocalCloud) -> str | None:
    """Names the running emulator and so its memory: another identity knows nothing of the last one."""
    return process(cloud).identity()


def launch(cloud: LocalCloud) -> bool:
    """Start the emulator unless this cloud's own one runs. Does not wait until it answers.

    Returns: whether it was started, so that it is empty.

    Raises:
        LocalCloudError: the port is taken by somebody else.
    """
    emulator = process(cloud)
    if emulator.port() == cloud.emulator_port:
        return False
    # Asked before the one on another port is stopped: a refusal changes nothing.
    if is_taken(cloud.emulator_port):
        message = taken_message(cloud.emulator_port, "EMULATOR_PORT", listener(cloud.emulator_port))
        raise LocalCloudError(message)
    stop(cloud)
    surroundings = environment(cloud) | {"TMPDIR": str(scratch.make(cloud.state_dir))}
    # MiniStack, behind the guard that keeps foreign web pages out.
    command = [sys.executable, "-m", "tools.local_cloud.guarded_emulator", str(cloud.stack_file)]
    # The tools are this checkout's, also where changed sources are deployed from a copy.
    emulator.start(command, surroundings, ROOT, cloud.emulator_port)
    return True


def wait_until_it_answers(cloud: LocalCloud, seconds: float = START_SECONDS) -> None:
    """Return when the emulator is ready for requests.

    Raises:
        LocalCloudError: it died, or stays silent.
    """
    deadline = time.monotonic() + seconds
    while not answers(cloud):
        if process(cloud).find() is None:
            words = process(cloud).last_words()
            raise LocalCloudError(f"The emulator ended while it started. Its last words:\n{words}")
        if time.monotonic() > deadline:
            log = process(cloud).log_file
            raise LocalCloudError(
                f"The emulator on {cloud.emulator_url} runs but does not answer.\n"
                f"Its log: {log}. `make down` stops it; then `make up` starts afresh."
            )
        time.sleep(0.05)


def answers(cloud: LocalCloud) -> bool:
    """Whether the emulator says that it is ready."""
    try:
        return httpx.get(f"{cloud.emulator_url}/_ministack/ready", timeout=ANSWER_SECONDS, trust_env=False).is_success
    except httpx.HTTPError:
        return False


def restart(cloud: LocalCloud) -> None:
    """Replace the running emulator by an empty one that answers.

    Raises:
        LocalCloudError: it does not.
    """
    stop(cloud)
    launch(cloud)
    wait_until_it_answers(cloud)


def stop(cloud: LocalCloud) -> bool:
    """Stop what this cloud started, and remove its files.

    Returns: whether it was running.
    """
    # Patience would be for nothing: it has nothing to save.
    was_running = process(cloud).stop(patience=0.5)
    scratch.remove(cloud.state_dir)
    return was_running


def concurrent_functions(memory: int) -> int:
    """Return how many functions may run at the same time, with so many bytes of free memory: half of it is for them.

    More calls are throttled, as in an account on AWS. The emulator's own default counts a fifth of what a function
    needs here.
    """
    return max(FEWEST_FUNCTIONS, memory // 2 // FUNCTION_BYTES)


def environment(cloud: LocalCloud, inherited: Mapping[str, str] = os.environ) -> dict[str, str]:
    """The environment for the emulator, and so for the functions that it runs."""
    return programs_environment(inherited) | {
        "GATEWAY_PORT": str(cloud.emulator_port),
        # The default is every interface, so the network that the laptop is in. Containers: container_gateway.py.
        "BIND_HOST": "127.0.0.1",
        "AWS_ENDPOINT_URL": cloud.emulator_url,
        "MINISTACK_REGION": REGION,
        "PERSIST_STATE": "0",
        "AUTH": "true" if cloud.enforces_roles else "false",
        # Seconds that a worker stays, beyond the first of its function. Each takes 70 MB.
        "LAMBDA_WARM_TTL_SECONDS": "30",
        "LAMBDA_ACCOUNT_CONCURRENCY": str(concurrent_functions(psutil.virtual_memory().available)),
        # Two listeners on fixed ports that nobody here uses, and that a second emulator would miss.
        "IOT_MTLS_ENABLED": "0",
        "SFTP_ENABLED": "0",
    }
