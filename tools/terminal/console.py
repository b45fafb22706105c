"""The console that every command prints to, and the error messages of every command."""

import errno
import re
import sys
from collections.abc import Callable, Iterable
from functools import wraps
from typing import ParamSpec

from botocore.exceptions import BotoCoreError, ClientError
from rich.console import Console, ConsoleOptions, RenderableType
from rich.segment import Segment

from tools.local_cloud.cloud import LocalCloudError
from tools.local_cloud.reachability import describe_error

# Characters that a terminal interprets instead of showing: control characters (C0 and C1 with ESC, without tab and
# newline), surrogates, line and paragraph separators, and directional formatting characters
# (https://www.unicode.org/reports/tr9/#Directional_Formatting_Characters).
NOT_PRINTED = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufff9-\ufffb\ud800-\udfff]"
)
# Errors caused by the machine, not by the program: a file cannot be written.
DISK_FULL = {errno.ENOSPC, errno.EDQUOT}
READ_ONLY = {errno.EROFS, errno.EACCES, errno.EPERM}

Arguments = ParamSpec("Arguments")


class SafeConsole(Console):
    """A console that removes control characters from the text it prints.

    The operator's terminal shows names and addresses that customers have entered. An escape sequence in such a text
    could rewrite the screen or the window title, or fill the clipboard. The sequences that Rich adds itself, for
    colours and cursor movements, stay.
    """

    def render(self, renderable: RenderableType, options: ConsoleOptions | None = None) -> Iterable[Segment]:
        """Yield the segments to print. Rich calls this method for everything that it prints."""
        for segment in super().render(renderable, options):
            yield segment if segment.control else Segment(printable(segment.text), segment.style)


def printable(text: str) -> str:
    """Return the text without the characters that a terminal would execute or use to reorder text."""
    return NOT_PRINTED.sub("", text)


def on_one_line(text: str) -> str:
    """Return the text on one line. A line break in it could imitate a line of the command's own output."""
    return " ".join(text.split())


def reports_errors(command: Callable[Arguments, int]) -> Callable[Arguments, int]:
    """Decorate a command: it explains its errors, those of AWS, and a full or read-only disk, and returns 1."""

    @wraps(command)
    def run(*arguments: Arguments.args, **options: Arguments.kwargs) -> int:
        try:
            return command(*arguments, **options)
        except (LocalCloudError, BotoCoreError, ClientError) as error:
            print_error(error)
            return 1
        except OSError as error:
            if error.errno not in DISK_FULL | READ_ONLY:
                raise
            sys.stderr.write(f"{describe_disk_error(error)}\n")
            return 1

    return run


def print_error(error: LocalCloudError | BotoCoreError | ClientError) -> None:
    """Print what happened and what to do. To stderr, because stdout may be a file with the command's result."""
    message = str(error) if isinstance(error, LocalCloudError) else describe_error(error)
    SafeConsole(highlight=False, soft_wrap=True, stderr=True).print(f"\n{message}", style="red", markup=False)


def describe_disk_error(error: OSError) -> str:
    """Return a message that says what happened and what to do."""
    file = f": {printable(str(error.filename))}" if error.filename else ""
    if error.errno in DISK_FULL:
        return (
            f"The disk is full{file} ({error.strerror}).\n"
            "`df -h . /tmp` shows which disk. Free some space (`make clean` removes the build output), "
            "then run the command again."
        )
    return (
        f"The system does not let this command write{file} ({error.strerror}).\n"
        "If the file belongs to another user, for example after a run with sudo, run: sudo chown -R $USER ."
    )
