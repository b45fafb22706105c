"""The blocks of commands in docs/make-it-yours.md, and a clone in which they run."""

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.support.fresh_clone import Clone, fresh_clone
from tests.support.terminal import Terminal

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs/make-it-yours.md"
PATCH = re.compile(r"docs/make-it-yours/without-([\w-]+)\.patch")
RENAME = "rename"
# The patches of the other parts were made without the labs.
FIRST = "labs"
# The clone uses the tools that are installed here.
TOOLCHAIN = (".venv", "frontend/node_modules", "tools/prose/node_modules")


def blocks() -> dict[str, str]:
    """Return the page's blocks of commands by the name of their part, in its order."""
    found = {}
    for block in re.findall(r"^```sh\n(.*?)^```", PAGE.read_text(), flags=re.DOTALL | re.MULTILINE):
        patch = PATCH.search(block)
        found[patch[1] if patch else RENAME] = block
    return found


@contextmanager
def clone_with_toolchain() -> Iterator[tuple[Clone, Terminal]]:
    """Provide a clone that uses the tools of this checkout, and a terminal in it."""
    with fresh_clone() as clone:
        for folder in TOOLCHAIN:
            (clone.folder / folder).symlink_to(ROOT / folder)
        # `.gitignore` ignores folders, not links.
        (clone.folder / ".git/info/exclude").write_text("\n".join(TOOLCHAIN))
        yield clone, Terminal(clone.folder, _environment(clone))


def run(terminal: Terminal, commands: str) -> None:
    """Run the commands, and fail with their output if one of them fails."""
    outcome = terminal.run(commands)
    assert outcome.status == 0, f"{commands}\n{outcome.printed}"


def _environment(clone: Clone) -> dict[str, str]:
    author = {
        f"GIT_{who}_{what}": value
        for who in ("AUTHOR", "COMMITTER")
        for what, value in (("NAME", "clone"), ("EMAIL", "clone@example.com"))
    }
    path = f"{clone.folder}/.venv/bin{os.pathsep}{clone.environment['PATH']}"
    # The tests of the tools print to a terminal with colors.
    return clone.environment | author | {"PATH": path, "TERM": "xterm"}
