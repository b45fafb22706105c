"""Compare the output that a lab shows with the output of its commands.

The commands must print every line of the ```text block, in this order. They may print other lines in between. `…`
matches any text within a line; alone on a line it matches nothing. The amount of white space may differ. UUIDs, times,
seconds, ports and the event store's folders of the hour may differ, because they change in every run. Lines that begin
with seconds are arriving events, so their order may differ.
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


def first_missing_line(shown: str, printed: str, names: dict[str, str]) -> str | None:
    """Return the first line of `shown` that `printed` lacks, or None.

    Args:
        shown: The text of the lab's block.
        printed: The output of the commands.
        names: This run's UUID for each UUID that the lab shows. The function adds new ones, because a UUID that is
            shown twice must be the same in the output.
    """
    lines, start = printed.splitlines(), 0
    for group in _groups(shown):
        places = [_place(wanted, lines, start, names) for wanted in group]
        for wanted, place in zip(group, places, strict=True):
            if place is None:
                return wanted
            start = max(start, place + 1)
    return None


def with_names_of_this_run(commands: str, names: dict[str, str]) -> str:
    """Return the commands with this run's UUIDs instead of those that the lab shows."""
    return re.sub(UUID, lambda shown: names.get(shown[0], shown[0]), commands)


def _groups(shown: str) -> Iterator[list[str]]:
    """Yield groups of lines to find: single lines, and consecutive lines that begin with seconds together."""
    wanted = [line.strip() for line in shown.splitlines() if line.strip() not in ("", "…")]
    for arrives, group in groupby(wanted, key=lambda line: re.match(VOLATILE["seconds"], line) is not None):
        lines = list(group)
        yield from [lines] if arrives else ([line] for line in lines)


def _place(wanted: str, lines: list[str], start: int, names: dict[str, str]) -> int | None:
    return next((place for place in range(start, len(lines)) if _matches(wanted, lines[place], names)), None)


def _matches(wanted: str, line: str, names: dict[str, str]) -> bool:
    match = re.fullmatch(_pattern(wanted, names), line.strip())
    if match:
        names.update(zip((uuid for uuid in re.findall(UUID, wanted) if uuid not in names), match.groups(), strict=True))
    return match is not None


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
