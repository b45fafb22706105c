"""Wait for a condition. The deadline is renewed by progress, because the machine decides the pace."""

import sys
import time
from collections.abc import Callable
from typing import TypeVar

import pytest

# How long nothing may happen. Generous: only a test that fails waits so long.
PATIENCE_SECONDS = 240
# So many times the patience, at most: what only goes in circles makes no progress.
LONGEST_WAIT = 8
# A wait that takes longer than this says what it waits for, and says it again as often.
ANNOUNCE_EVERY_SECONDS = 30

Found = TypeVar("Found")


class Announcements:
    """Prints what a test waits for, past pytest's capturing and past xdist, whose workers have no standard output."""

    config: pytest.Config | None = None

    def __call__(self, text: str) -> None:
        if self.config is None:
            return
        capturing = self.config.pluginmanager.getplugin("capturemanager")
        assert capturing is not None
        with capturing.global_and_fixture_disabled():
            print(text, file=sys.stderr, flush=True)  # noqa: T201 (for the person at the terminal)


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
        what: The condition in words.
        patience_seconds: How long `progress` may stay the same.
        every_seconds: The pause between two checks.
        progress: Says how far it has come. A new value renews the deadline; the last one is part of the failure.

    Raises:
        AssertionError: The condition does not hold, and nothing has happened for `patience_seconds`.
    """
    started = moved = announced = time.monotonic()
    last: object = None
    while not (found := look()):
        now = time.monotonic()
        if now - announced > ANNOUNCE_EVERY_SECONDS:
            announced = now
            announce(f"waiting for {what} for {now - started:.0f} s. {str(last or '')[:200]}")
        if (current := progress()) != last:
            last, moved = current, now
        assert now - moved < patience_seconds, f"nothing happened for {patience_seconds} s: {what}\n{last}"
        assert now - started < LONGEST_WAIT * patience_seconds, f"it goes in circles: {what}\n{last}"
        time.sleep(every_seconds)
    return found
