"""Find out whether the emulator is running, busy or not running, and explain failed calls."""

from enum import StrEnum

import httpx
from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConnectTimeoutError,
    EndpointConnectionError,
    ReadTimeoutError,
)

from tools.local_cloud.cloud import LocalCloud, LocalCloudError
from tools.local_cloud.stack import Stack

# Under load, the functions can use the whole processor for seconds.
RESPONSE_TIMEOUT_SECONDS = 30


class Reach(StrEnum):
    """The state of the emulator, by its reaction to a request."""

    RUNNING = "running"
    BUSY = "busy"
    NOT_RUNNING = "not running"


def reach(cloud: LocalCloud, seconds: float = RESPONSE_TIMEOUT_SECONDS) -> Reach:
    """Return the state of the emulator. Waits up to `seconds` for its response."""
    try:
        response = httpx.get(f"{cloud.emulator_url}/_ministack/ready", timeout=seconds, trust_env=False)
    except httpx.TimeoutException:
        return Reach.BUSY
    except httpx.HTTPError:
        return Reach.NOT_RUNNING
    return Reach.RUNNING if response.is_success else Reach.NOT_RUNNING


def running_stack(cloud: LocalCloud) -> Stack:
    """Return the deployed stack.

    Raises:
        LocalCloudError: Nothing is deployed, or the emulator is not running or busy.
    """
    reached = reach(cloud)
    if reached is Reach.NOT_RUNNING:
        raise LocalCloudError(
            f"The emulator of this checkout is not running on {cloud.emulator_url}. Start it: {cloud.up_command()}"
        )
    if reached is Reach.BUSY:
        raise LocalCloudError(
            f"The emulator on {cloud.emulator_url} is running, but it is busy: it did not respond within "
            f"{RESPONSE_TIMEOUT_SECONDS} s.\nWait until it has finished its work, then run the command again. "
            "`make status` shows the queue lengths."
        )
    try:
        return Stack.read(cloud.stack_file)
    except FileNotFoundError:
        raise LocalCloudError("Nothing is deployed yet. Deploy the application: make up") from None


def describe_error(error: BotoCoreError | ClientError) -> str:
    """Return a message that says why a call of the emulator failed, and what to do."""
    if isinstance(error, ReadTimeoutError | ConnectTimeoutError):
        return f"The emulator is busy and did not respond in time ({error}). Run the command again."
    if isinstance(error, EndpointConnectionError):
        return f"The emulator stopped while this command was running ({error}). Start it: make up"
    return f"The emulator returned an error: {error}\nTo restart the emulator: make down up"
