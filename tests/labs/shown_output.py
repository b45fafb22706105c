"""Whether a lab shows what its commands print.

Every line that a ```text block shows is printed, in this order; others may be printed between them. `…` stands for any
text within a line, and alone on its line for nothing. Blanks are as wide as they like. What differs from run to run may
differ: UUIDs, times, seconds, ports, and the folders of the event store that are named after the hour.
"""

import re

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
    lines = iter(printed.splitlines())
    for wanted in shown.splitlines():
        if wanted.strip() in ("", "…"):
            continue
        if not any(_is(wanted, line, names) for line in lines):
            return wanted.strip()
    return None


def with_names_of_this_run(commands: str, names: dict[str, str]) -> str:
    """The commands, with this run's UUIDs for those that the lab shows."""
    return re.sub(UUID, lambda shown: names.get(shown[0], shown[0]), commands)


def _is(wanted: str, line: str, names: dict[str, str]) -> bool:
    met = re.fullmatch(_pattern(wanted.strip(), names), line.strip())
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
