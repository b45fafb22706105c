"""Run each ```sh block of the labs, in order, on a fresh clone. A pytest plugin based on Sybil.

    python -m pytest -p tests.labs.blocks docs/labs/[0-9]*-*.md

The ```sh block before a ```text block must print the text that it shows: see `shown_output`. An HTML comment on the
line before a ```sh block changes how it is run, and needs a reason:

    <!-- fails: the exercise is not done yet -->        the block must end with an error
    <!-- not-run: needs a browser -->                   the block is skipped, with this reason
    <!-- on-emulator: there is no AWS account -->       the block runs with the emulator instead of AWS

At the end of a lab, the clone must be unchanged.
"""

import re
import subprocess
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from sybil import Document, Example, Region, Sybil
from sybil.parsers.markdown.lexers import FencedCodeBlockLexer

from tests.labs.shown_output import first_missing_line, with_names_of_this_run
from tests.support.fresh_clone import Clone, fresh_clone
from tests.support.terminal import Terminal

LABS = Path(__file__).resolve().parents[2] / "docs/labs"
MARK = re.compile(r"<!-- (?P<kind>[\w-]+): (?P<reason>[^>]+?) -->[ \t]*\n[ \t]*\Z")
KINDS = ("fails", "not-run", "on-emulator")


@dataclass(frozen=True)
class Block:
    """A ```sh or ```text block, and the mark in the comment before it."""

    language: str
    text: str
    mark: str | None
    reason: str | None


def blocks_of(document: Document) -> Iterator[Region]:
    """Yield the document's ```sh and ```text blocks.

    Raises:
        ValueError: A mark is unknown.
    """
    for region in FencedCodeBlockLexer("sh|text")(document):
        mark = MARK.search(document.text, 0, region.start)
        kind, reason = (mark["kind"], mark["reason"]) if mark else (None, None)
        if kind and kind not in KINDS:
            raise ValueError(f"{document.path}: <!-- {kind}: … --> is unknown. Known marks: {', '.join(KINDS)}")
        language = region.lexemes["language"]
        parsed = Block(language, str(region.lexemes["source"]), kind, reason)
        yield Region(region.start, region.end, parsed, run if language == "sh" else compare)


def run(example: Example) -> str | None:
    """Run a block of commands in the lab's terminal.

    Returns:
        The error message, or None.
    """
    block, lab = example.parsed, _progress(example)
    if block.mark == "not-run":
        lab.last_output = None
        pytest.skip(f"not run: {block.reason}")
    commands = with_names_of_this_run(block.text, lab.names)
    environment = lab.clone.aws_on_the_emulator() if block.mark == "on-emulator" else {}
    outcome = lab.terminal.run(commands, **environment)
    lab.last_output = outcome.printed
    if outcome.status is None:
        return lab.fail(example, f"timed out:\n\n{commands}", outcome.printed)
    if (outcome.status != 0) != (block.mark == "fails"):
        expected = f"should fail ({block.reason})" if block.mark == "fails" else "should succeed"
        return lab.fail(example, f"ended with status {outcome.status}, but {expected}:\n\n{commands}", outcome.printed)
    return None


def compare(example: Example) -> str | None:
    """Compare the shown lines with the output of the last block.

    Returns:
        The error message with the first missing line, or None.
    """
    lab = _progress(example)
    if lab.last_output is None:
        pytest.skip("shows the output of a block that is not run")
    missing = first_missing_line(example.parsed.text, lab.last_output, lab.names)
    return lab.fail(example, f"this line was not printed here:\n\n{missing}\n", lab.last_output) if missing else None


@dataclass
class Progress:
    """The progress of a lab: the output of the last block, and the line of the first failed block."""

    clone: Clone
    terminal: Terminal
    names: dict[str, str]
    last_output: str | None = None
    failed_at: int | None = None

    def fail(self, example: Example, what: str, printed: str) -> str:
        self.failed_at = example.line
        return f"{what}\nOutput:\n\n{printed}"


def _progress(example: Example) -> Progress:
    """Return the progress of the example's lab. A new lab starts with a reset clone."""
    clone: Clone = example.namespace["clone"]
    if "progress" not in example.namespace:
        clone.reset()
        example.namespace["progress"] = Progress(clone, Terminal(clone.folder, clone.environment), {})
    progress: Progress = example.namespace["progress"]
    if progress.failed_at:
        pytest.skip(f"line {progress.failed_at} failed before")
    return progress


def assert_no_changes_left(namespace: dict[str, Any]) -> None:
    """Fail if a successful lab leaves changes in the clone."""
    progress: Progress | None = namespace.get("progress")
    if progress and not progress.failed_at:
        left = progress.clone.changes()
        assert not left, f"the lab does not revert its changes:\n{left}"


class Labs(Sybil):
    """Identifies a block by its line and its first command."""

    def identify(self, example: Example) -> str:
        block = example.parsed
        first = block.text.strip().partition("\n")[0]
        return f"line {example.line}: {first if block.language == 'sh' else 'its output'}"


pytest_collect_file = Labs(
    [blocks_of],
    path=str(LABS),
    pattern="[0-9]*-*.md",
    fixtures=["clone"],
    teardown=assert_no_changes_left,
).pytest()


@pytest.fixture(scope="session")
def clone() -> Iterable[Clone]:
    """Provide one clone for all labs, so `make up` builds everything only once. Stop its local cloud at the end."""
    with fresh_clone() as fresh:
        try:
            yield fresh
        finally:
            subprocess.run(["make", "down"], cwd=fresh.folder, env=fresh.environment, check=True)  # noqa: S607 (make of the PATH)
