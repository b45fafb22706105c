"""What every command prints with, and how it ends when a disk is full."""

import errno
import re
import sys
from collections.abc import Callable, Iterable
from functools import wraps
from typing import ParamSpec

from rich.console import Console, ConsoleOptions, RenderableType
from rich.segment import Segment

# What makes a terminal do something else than show it: control characters (C0 and C1, with ESC; not tab and newline),
# surrogates, line and paragraph separators, and what reorders text (https://www.unicode.org/reports/tr9/#Directional_Formatting_Characters).
NOT_PRINTED = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufff9-\ufffb\ud800-\udfff]"
)
# Reasons of the machine's, not of the program's, that a file cannot be written.
DISK_FULL = {errno.ENOSPC, errno.EDQUOT}
READ_ONLY = {errno.EROFS, errno.EACCES, errno.EPERM}

Arguments = ParamSpec("Arguments")


class SafeConsole(Console):
    """A console that prints no control character of the texts that it is given.

    Customers' names and addresses reach the operator's terminal. An escape sequence in one could rewrite the screen or
    the title, or fill the clipboard. Rich's own sequences, colours and cursor movements, are not part of a text.
    """

    def render(self, renderable: RenderableType, options: ConsoleOptions | None = None) -> Iterable[Segment]:
        """Yield the segments to print. Everything that Rich prints passes here."""
        for segment in super().render(renderable, options):
            yield segment if segment.control else Segment(printable(segment.text), segment.style)


def printable(text: str) -> str:
    """Return the text without what a terminal would execute, or show in another order than it is."""
    return NOT_PRINTED.sub("", text)


def on_one_line(text: str) -> str:
    """Return the text without line breaks, so that it cannot pass for a line of the command's own."""
    return " ".join(text.split())


def tells_disk_errors(command: Callable[Arguments, int]) -> Callable[Arguments, int]:
    """Make a command say in words that a disk is full, or that it must not write there, and return 1.

    On stderr, because stdout may be the file that cannot be written.
    """

    @wraps(command)
    def run(*arguments: Arguments.args, **options: Arguments.kwargs) -> int:
        try:
            return command(*arguments, **options)
        except OSError as error:
            if error.errno not in DISK_FULL | READ_ONLY:
                raise
            sys.stderr.write(f"{disk_error_in_words(error)}\n")
            return 1

    return run


def disk_error_in_words(error: OSError) -> str:
    """Return what happened and what to do, for a person."""
    file = f": {printable(str(error.filename))}" if error.filename else ""
    if error.errno in DISK_FULL:
        return (
            f"The disk is full{file} ({error.strerror}).\n"
            "`df -h . /tmp /dev/shm` shows which disk. Free some space (`make clean` removes what is built), "
            "then run the command again."
        )
    return (
        f"The system does not let this command write{file} ({error.strerror}).\n"
        "Does the file belong to another user, from a run with sudo? Then: sudo chown -R $USER ."
    )
