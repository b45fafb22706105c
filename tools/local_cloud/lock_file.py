"""A lock file that prevents concurrent runs of the same work."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tools.local_cloud.cloud import LocalCloudError


@contextmanager
def exclusive_lock(lock_file: Path, if_held: str | None = None) -> Iterator[None]:
    """Hold the lock while the block runs. The operating system releases it when the process ends.

    Args:
        lock_file: The path of the file.
        if_held: The message of the error if another process holds the lock. None waits for it.

    Raises:
        LocalCloudError: Another process holds the lock.
    """
    lock_file.parent.mkdir(parents=True, exist_ok=True)
    with lock_file.open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | (fcntl.LOCK_NB if if_held else 0))
        except BlockingIOError:
            raise LocalCloudError(if_held) from None
        yield
