"""Wait for a condition. Progress renews the deadline, because the speed depends on the machine."""

import sys
import time
from collections.abc import Callable
from typing import TypeVar

import pytest

# Maximum time without progress. It is generous, because only failing tests wait this long.
MAX_SECONDS_WITHOUT_PROGRESS = 240
# Maximum total time, as a multiple of the time without progress.
MAX_WAIT_FACTOR = 8
# Interval at which a long wait prints what it waits for.
PRINT_EVERY_SECONDS = 30

Result = TypeVar("Result")


class UncapturedOutput:
    """Prints what a test waits for, bypassing pytest's capturing and xdist, whose workers have no standard output."""

    config: pytest.Config | None = None

    def __call__(self, text: str) -> None:
        if self.config is None:
            return
        capturing = self.config.pluginmanager.getplugin("capturemanager")
        assert capturing is not None
        with capturing.global_and_fixture_disabled():
            print(text, file=sys.stderr, flush=True)  # noqa: T201 (for the terminal)


print_uncaptured = UncapturedOutput()


def wait_until(
    condition: Callable[[], Result],
    *,
    description: str,
    max_seconds_without_progress: float = MAX_SECONDS_WITHOUT_PROGRESS,
    every_seconds: float = 0.1,
    progress: Callable[[], object] = str,
) -> Result:
    """Return the first true value of `condition`.

    Args:
        condition: Returns a true value when the wait is over.
        description: The name of the condition, for messages.
        max_seconds_without_progress: Maximum time without a new value of `progress`.
        every_seconds: Pause between two checks.
        progress: Returns the current progress. A new value renews the deadline. A failure shows the last value.

    Raises:
        AssertionError: The condition is still false after `max_seconds_without_progress` without progress.
    """
    started_at = progress_at = printed_at = time.monotonic()
    last_progress: object = None
    while not (result := condition()):
        current_time = time.monotonic()
        if current_time - printed_at > PRINT_EVERY_SECONDS:
            printed_at = current_time
            print_uncaptured(
                f"waiting for {description}, {current_time - started_at:.0f} s so far. {str(last_progress or '')[:200]}"
            )
        if (current_progress := progress()) != last_progress:
            last_progress, progress_at = current_progress, current_time
        assert current_time - progress_at < max_seconds_without_progress, (
            f"no progress for {max_seconds_without_progress} s, waiting for {description}\n{last_progress}"
        )
        assert current_time - started_at < MAX_WAIT_FACTOR * max_seconds_without_progress, (
            f"timed out waiting for {description}\n{last_progress}"
        )
        time.sleep(every_seconds)
    return result
