"""Run each block of docs/make-it-yours.md on a fresh clone, and then the checks on what is left: `make test-removal`.

A block is named after its patch: the part `live-updates` is taken out with `without-live-updates.patch`. The block
without a patch renames the application. Every other part is taken out after the labs, and `all` takes out every part in
the page's order.
"""

import os
from collections.abc import Iterator

import pytest

from tests.removal.blocks import FIRST, RENAME, blocks, clone_with_toolchain, run
from tests.support.terminal import Terminal

ALL = "all"
NPM = "npm --prefix frontend run --silent"
CHECKS = {
    "lint": "ruff check . && ruff format --check .",
    "types": "mypy",
    "template": "cfn-lint",
    "prose": "make --silent --old-file=tools/prose/node_modules/.installed lint-prose",
    "page": f"{NPM} lint && {NPM} test && {NPM} build",
    "tests": "pytest -q -n auto --dist worksteal"
    " tests/unit tests/service tests/contracts tests/architecture tests/tools",
    # The other levels take too long to run here. To collect them shows an import of what is gone.
    "collected": "pytest -q -n 0 --collect-only tests/properties tests/e2e tests/browser tests/faults",
    "deployed": "pytest -q -n 0 tests/e2e/test_order_processing.py",
}


def chosen() -> list[str]:
    """Return the part of `make test-removal PART=…`, or all parts. The labs are taken out before every other part."""
    part = os.environ.get("PART")
    return [part] if part else [*(part for part in blocks() if part != FIRST), ALL]


def parts_for(name: str) -> list[str]:
    """Return the parts whose blocks run, one after the other."""
    if name == ALL:
        return [part for part in blocks() if part != RENAME]
    return [name] if name == RENAME else list(dict.fromkeys([FIRST, name]))


@pytest.fixture(scope="module", params=chosen())
def what_is_left(request: pytest.FixtureRequest) -> Iterator[Terminal]:
    """Provide a terminal in a clone without the part."""
    commands = blocks()
    with clone_with_toolchain() as (clone, terminal):
        for part in parts_for(request.param):
            run(terminal, commands[part])
        assert clone.changes() == "", "the block commits its changes"
        yield terminal


@pytest.mark.parametrize("check", CHECKS)
def test_what_is_left_passes(what_is_left: Terminal, check: str) -> None:
    run(what_is_left, CHECKS[check])
