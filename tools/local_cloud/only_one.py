"""Keep two runs of one thing from getting into each other's way."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tools.local_cloud.cloud import LocalCloudError


@contextmanager
def only_one(lock_file: Path) -> Iterator[None]:
    """Hold the lock while the block runs. The system lets go of it however the process ends.

    Raises:
        LocalCloudError: another process holds it.
    """
    lock_file.parent.mkdir(parents=True, exist_ok=True)
    with lock_file.open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise LocalCloudError("Another `make up` of this checkout is running. Wait for it to end.") from None
        yield
