"""Tell who runs the lane how it goes: it takes minutes, and pytest swallows what a test prints."""

import sys
import time

import pytest

EVERY_SECONDS = 15


class Tell:
    """Prints, after a name, past pytest's capturing, and past xdist, whose workers have no standard output."""

    def __init__(self, name: str, capsys: pytest.CaptureFixture[str]) -> None:
        self._name = name
        self._capsys = capsys
        self._told_at = time.monotonic()

    def __call__(self, text: str) -> None:
        self._told_at = time.monotonic()
        with self._capsys.disabled():
            print(f"{self._name}: {text}", file=sys.stderr, flush=True)

    def now_and_then(self, text: str) -> None:
        """Print it, unless something was printed a moment ago."""
        if time.monotonic() > self._told_at + EVERY_SECONDS:
            self(text)
