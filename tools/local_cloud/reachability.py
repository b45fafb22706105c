"""Tell an emulator that is busy from one that is not there, and say so."""

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

# Under load, all functions together take the processor for seconds.
PATIENCE_SECONDS = 30


class Reach(StrEnum):
    """How the emulator reacts to a request."""

    ANSWERS = "running"
    BUSY = "busy"
    ABSENT = "not running"


def reach(cloud: LocalCloud, seconds: float = PATIENCE_SECONDS) -> Reach:
    """Ask the emulator whether it is ready, and wait for its answer."""
    try:
        answer = httpx.get(f"{cloud.emulator_url}/_ministack/ready", timeout=seconds, trust_env=False)
    except httpx.TimeoutException:
        return Reach.BUSY
    except httpx.HTTPError:
        return Reach.ABSENT
    return Reach.ANSWERS if answer.is_success else Reach.ABSENT


def running_stack(cloud: LocalCloud) -> Stack:
    """Return the deployed stack.

    Raises:
        LocalCloudError: Nothing is deployed, or the emulator is gone or busy.
    """
    found = reach(cloud)
    if found is Reach.ABSENT:
        raise LocalCloudError(f"No emulator of this checkout answers on {cloud.emulator_url}. Start it: make up")
    if found is Reach.BUSY:
        raise LocalCloudError(
            f"The emulator on {cloud.emulator_url} is running, but it is busy: it did not answer within "
            f"{PATIENCE_SECONDS} s.\nWait until its work is done, then run the command again. "
            "`make status` shows the lengths of the queues."
        )
    try:
        return Stack.read(cloud.stack_file)
    except FileNotFoundError:
        raise LocalCloudError("Nothing is deployed yet. `make up` does it.") from None


def in_words(error: BotoCoreError | ClientError) -> str:
    """Return what a failed call of the emulator means, and what to do."""
    if isinstance(error, ReadTimeoutError | ConnectTimeoutError):
        return f"The emulator is busy, and did not answer in time ({error}). Run the command again."
    if isinstance(error, EndpointConnectionError):
        return f"The emulator ended while this command ran ({error}). Start it: make up"
    return f"The emulator did not do what it was asked: {error}\n`make down up` starts it afresh."
