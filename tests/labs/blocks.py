"""Run the labs as they are written: each ```sh block, in order, on a fresh clone. A plugin of pytest, by Sybil.

    python -m pytest -p tests.labs.blocks docs/labs/[0-9]-*.md

What a ```text block shows must be what the ```sh block before it printed: see `shown_output`. A comment that no reader
sees may stand on the line before a ```sh block, and needs a reason:

    <!-- fails: the exercise is not done yet -->        it has to end with an error
    <!-- not-run: needs a browser -->                   it is left out, counted, and listed with its reason
    <!-- on-emulator: there is no AWS account -->       it is run, and reaches the emulator in place of AWS

When the lab is through, the clone has to be as it was.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from sybil import Document, Example, Region, Sybil
from sybil.parsers.markdown.lexers import FencedCodeBlockLexer

from tests.labs.clone import Clone, fresh_clone
from tests.labs.shown_output import first_line_not_printed, with_names_of_this_run
from tests.labs.terminal import Terminal

LABS = Path(__file__).resolve().parents[2] / "docs/labs"
MARK = re.compile(r"<!-- (?P<kind>[\w-]+): (?P<reason>[^>]+?) -->[ \t]*\n[ \t]*\Z")
KINDS = ("fails", "not-run", "on-emulator")


@dataclass(frozen=True)
class Block:
    """A ```sh or ```text block, and the mark before it."""

    language: str
    text: str
    mark: str | None
    reason: str | None


def blocks_of(document: Document) -> Iterator[Region]:
    """The document's ```sh and ```text blocks.

    Raises:
        ValueError: a mark is none of those that there are.
    """
    for region in FencedCodeBlockLexer("sh|text")(document):
        mark = MARK.search(document.text, 0, region.start)
        kind, reason = (mark["kind"], mark["reason"]) if mark else (None, None)
        if kind and kind not in KINDS:
            raise ValueError(f"{document.path}: <!-- {kind}: … --> is none of {', '.join(KINDS)}")
        language = region.lexemes["language"]
        parsed = Block(language, str(region.lexemes["source"]), kind, reason)
        yield Region(region.start, region.end, parsed, run if language == "sh" else compare)


def run(example: Example) -> str | None:
    """Run a block of commands in the lab's terminal.

    Returns: what is wrong, if anything is.
    """
    block, lab = example.parsed, _progress(example)
    if block.mark == "not-run":
        lab.last = None
        pytest.skip(f"not run: {block.reason}")
    commands = with_names_of_this_run(block.text, lab.names)
    environment = lab.clone.aws_on_the_emulator() if block.mark == "on-emulator" else {}
    outcome = lab.terminal.run(commands, **environment)
    lab.last = outcome.printed
    if outcome.status is None:
        return lab.fail(example, f"did not end in time:\n\n{commands}", outcome.printed)
    if (outcome.status != 0) != (block.mark == "fails"):
        ought = f"should fail ({block.reason})" if block.mark == "fails" else "should succeed"
        return lab.fail(example, f"ended with status {outcome.status}, and {ought}:\n\n{commands}", outcome.printed)
    return None


def compare(example: Example) -> str | None:
    """Look for the shown lines among those that the last block printed.

    Returns: the first that is missing, if one is.
    """
    lab = _progress(example)
    if lab.last is None:
        pytest.skip("shows what a block prints that is not run")
    missing = first_line_not_printed(example.parsed.text, lab.last, lab.names)
    return lab.fail(example, f"this line was not printed, or not here:\n\n{missing}\n", lab.last) if missing else None


@dataclass
class Progress:
    """How far a lab is: what the last block printed, and where one went wrong."""

    clone: Clone
    terminal: Terminal
    names: dict[str, str]
    last: str | None = None
    failed_at: int | None = None

    def fail(self, example: Example, what: str, printed: str) -> str:
        self.failed_at = example.line
        return f"{what}\nWhat was printed:\n\n{printed}"


def _progress(example: Example) -> Progress:
    """Of the lab that the example is in; a new one starts with a clone as it was."""
    clone: Clone = example.namespace["clone"]
    if "progress" not in example.namespace:
        clone.forget_changes()
        example.namespace["progress"] = Progress(clone, Terminal(clone.folder, clone.environment), {})
    progress: Progress = example.namespace["progress"]
    if progress.failed_at:
        pytest.skip(f"line {progress.failed_at} failed before")
    return progress


def took_everything_back(namespace: dict[str, Any]) -> None:
    """Fail where a lab that went well leaves changes in the clone."""
    progress: Progress | None = namespace.get("progress")
    if progress and not progress.failed_at:
        left = progress.clone.changes()
        assert not left, f"the lab does not take back what it changes:\n{left}"


class Labs(Sybil):
    """Names a block by its line and its first command."""

    def identify(self, example: Example) -> str:
        block = example.parsed
        first = block.text.strip().partition("\n")[0]
        return f"line {example.line}: {first if block.language == 'sh' else 'its output'}"


pytest_collect_file = Labs(
    [blocks_of],
    path=str(LABS),
    pattern="[0-9]-*.md",
    fixtures=["clone"],
    teardown=took_everything_back,
).pytest()


@pytest.fixture(scope="session")
def clone() -> Iterable[Clone]:
    """One for all labs: `make up` builds everything once."""
    with fresh_clone() as made:
        yield made
