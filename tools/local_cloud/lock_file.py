"""A lock file that prevents concurrent runs of the same command."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tools.local_cloud.cloud import LocalCloudError


@contextmanager
def exclusive_lock(lock_file: Path) -> Iterator[None]:
    """Hold the lock while the block runs. The operating system releases it when the process ends.

    Raises:
        LocalCloudError: Another process holds the lock.
    """
    lock_file.parent.mkdir(parents=True, exist_ok=True)
    with lock_file.open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise LocalCloudError(
                "Another `make up` of this checkout is running. Wait until it has finished."
            ) from None
        yield
