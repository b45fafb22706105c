"""The messages in docs/troubleshooting.md are those that the tools print."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "troubleshooting.md").read_text()
MESSAGES = sorted(set(re.findall(r"^\| `([^`]+)`", PAGE, flags=re.MULTILINE)))
GAP = "…"
# Of the shell and of Python.
NOT_OURS = {"make: command not found"}


@cache
def printed() -> tuple[str, ...]:
    """Return the texts in the tools and tests. A gap stands for each value in a text."""
    files = [*(ROOT / "tools").rglob("*.py"), *(ROOT / "tests").rglob("*.py")]
    return tuple(
        text for file in files if "node_modules" not in file.parts for text in texts(ast.parse(file.read_text()))
    )


def texts(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            yield "".join(part.value if isinstance(part, ast.Constant) else GAP for part in node.values)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


@pytest.mark.parametrize("message", MESSAGES)
def test_a_message_is_in_the_code(message: str) -> None:
    parts = [part.strip() for part in message.split(GAP) if part.strip()]

    assert message in NOT_OURS or any(
        re.search(".*".join(map(re.escape, parts)), text, re.DOTALL) for text in printed()
    )
