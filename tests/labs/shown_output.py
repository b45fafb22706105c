"""Whether a lab shows what its commands print.

Every line that a ```text block shows is printed, in this order; others may be printed between them. `…` stands for any
text within a line, and alone on its line for nothing. Blanks are as wide as they like. What differs from run to run may
differ: UUIDs, times, seconds, ports, and the folders of the event store that are named after the hour. Lines that begin
with seconds are events as they arrive: one may overtake another.
"""

import re
from collections.abc import Iterator
from itertools import groupby

UUID = r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
VOLATILE = {
    "uuid": UUID,
    "time": r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z",
    "seconds": r"\+?[ ]*\d+\.\d+[ ]s\b",
    "port": r"127\.0\.0\.1:\d+",
    "tracking": r"SANDBOX-[0-9A-F]{8}",
    "hour": r"year=\d{4}/month=\d\d/day=\d\d/hour=\d\d",
}
TOKENS = re.compile(
    "|".join(f"(?P<{kind}>{pattern})" for kind, pattern in VOLATILE.items()) + r"|(?P<any>…)|(?P<blank>\s+)"
)


def first_line_not_printed(shown: str, printed: str, names: dict[str, str]) -> str | None:
    """The first line of `shown` that `printed` lacks, or None.

    `names` holds which UUID of this run stands for one that the labs show. It grows: what is shown twice is one thing.
    """
    lines, start = printed.splitlines(), 0
    for together in _in_order(shown):
        places = [_place(wanted, lines, start, names) for wanted in together]
        for wanted, place in zip(together, places, strict=True):
            if place is None:
                return wanted
            start = max(start, place + 1)
    return None


def with_names_of_this_run(commands: str, names: dict[str, str]) -> str:
    """The commands, with this run's UUIDs for those that the lab shows."""
    return re.sub(UUID, lambda shown: names.get(shown[0], shown[0]), commands)


def _in_order(shown: str) -> Iterator[list[str]]:
    """The lines to look for, one by one, and those that begin with seconds together."""
    wanted = [line.strip() for line in shown.splitlines() if line.strip() not in ("", "…")]
    for arrives, group in groupby(wanted, key=lambda line: re.match(VOLATILE["seconds"], line) is not None):
        lines = list(group)
        yield from [lines] if arrives else ([line] for line in lines)


def _place(wanted: str, lines: list[str], start: int, names: dict[str, str]) -> int | None:
    return next((place for place in range(start, len(lines)) if _is(wanted, lines[place], names)), None)


def _is(wanted: str, line: str, names: dict[str, str]) -> bool:
    met = re.fullmatch(_pattern(wanted, names), line.strip())
    if met:
        names.update(zip((uuid for uuid in re.findall(UUID, wanted) if uuid not in names), met.groups(), strict=True))
    return met is not None


def _pattern(wanted: str, names: dict[str, str]) -> str:
    parts, end = [], 0
    for token in TOKENS.finditer(wanted):
        parts += [re.escape(wanted[end : token.start()]), _token(token, names)]
        end = token.end()
    return "".join([*parts, re.escape(wanted[end:])])


def _token(token: re.Match[str], names: dict[str, str]) -> str:
    kind, text = str(token.lastgroup), token[0]
    if kind == "any":
        return ".*"
    if kind == "blank":
        return r"\s+"
    if kind == "uuid":
        return re.escape(names[text]) if text in names else f"({UUID})"
    return VOLATILE[kind]
