"""Wait for a condition. Progress renews the deadline, because the speed depends on the machine."""

import sys
import time
from collections.abc import Callable
from typing import TypeVar

import pytest

# Maximum time without progress. It is generous, because only failing tests wait this long.
PATIENCE_SECONDS = 240
# Maximum total time, as a multiple of the time without progress.
MAX_WAIT_FACTOR = 8
# Interval at which a long wait prints what it waits for.
ANNOUNCE_EVERY_SECONDS = 30

Found = TypeVar("Found")


class Announcements:
    """Prints what a test waits for, bypassing pytest's capturing and xdist, whose workers have no standard output."""

    config: pytest.Config | None = None

    def __call__(self, text: str) -> None:
        if self.config is None:
            return
        capturing = self.config.pluginmanager.getplugin("capturemanager")
        assert capturing is not None
        with capturing.global_and_fixture_disabled():
            print(text, file=sys.stderr, flush=True)  # noqa: T201 (for the terminal)


announce = Announcements()


def wait_until(
    look: Callable[[], Found],
    *,
    what: str,
    patience_seconds: float = PATIENCE_SECONDS,
    every_seconds: float = 0.1,
    progress: Callable[[], object] = str,
) -> Found:
    """Return the first true value of `look`.

    Args:
        look: Checks the condition.
        what: The name of the condition, for messages.
        patience_seconds: Maximum time without a new value of `progress`.
        every_seconds: Pause between two checks.
        progress: Returns the current progress. A new value renews the deadline. A failure shows the last value.

    Raises:
        AssertionError: The condition is still false after `patience_seconds` without progress.
    """
    started = moved = announced = time.monotonic()
    last: object = None
    while not (found := look()):
        now = time.monotonic()
        if now - announced > ANNOUNCE_EVERY_SECONDS:
            announced = now
            announce(f"waiting for {what}, {now - started:.0f} s so far. {str(last or '')[:200]}")
        if (current := progress()) != last:
            last, moved = current, now
        assert now - moved < patience_seconds, f"no progress for {patience_seconds} s, waiting for {what}\n{last}"
        assert now - started < MAX_WAIT_FACTOR * patience_seconds, f"timed out waiting for {what}\n{last}"
        time.sleep(every_seconds)
    return found
