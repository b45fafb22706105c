"""Tell who runs the lane how it goes: it takes minutes, and pytest swallows what a test prints."""

import time

import pytest

EVERY_SECONDS = 15


class Tell:
    """Prints past pytest's capturing."""

    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self._capsys = capsys
        self._told_at = time.monotonic()

    def __call__(self, text: str) -> None:
        self._told_at = time.monotonic()
        with self._capsys.disabled():
            print(text, flush=True)

    def now_and_then(self, text: str) -> None:
        """Print it, unless something was printed a moment ago."""
        if time.monotonic() > self._told_at + EVERY_SECONDS:
            self(text)
