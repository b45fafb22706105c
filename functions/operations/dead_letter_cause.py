"""The cause of a dead letter in plain words. The full text is in the consumer's log."""

import re

MAX_CHARACTERS = 300
# The text of a pydantic ValidationError: the number of errors, then the location and the message of the first one. An
# error of the whole message has no location.
INVALID = re.compile(
    r"ValidationError: (?P<errors>\d+) validation errors? for .+\n(?:(?P<where>\S.*)\n)?  (?P<what>.+?) \[type=\w+[,\]]"
)


def plain_cause(cause: str) -> str:
    """Return the cause on one line: the first error of an invalid message, or the first characters of another cause."""
    invalid = INVALID.match(cause)
    if invalid:
        others = int(invalid["errors"]) - 1
        more = f" ({others} more {'error' if others == 1 else 'errors'})" if others else ""
        cause = f"The message is not valid: {_first_error(invalid['where'], invalid['what'])}{more}"
    return " ".join(cause.split())[:MAX_CHARACTERS]


def _first_error(where: str | None, what: str) -> str:
    if where is None:
        return what
    return f"{where} is missing" if what == "Field required" else f"{where}: {what}"
