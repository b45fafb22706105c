"""The facts of the labs that can be checked in seconds: their structure, their solutions, and the names in their text.

`make test-labs` executes them, command by command.
"""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tools.labs.check import LABS


def number_of(lab: Path) -> str:
    return lab.stem.partition("-")[0]


ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "docs/labs"
DOCUMENTS = sorted(FOLDER.glob("[0-9]*-*.md"), key=lambda path: int(number_of(path)))
PATCHES = sorted([*FOLDER.glob("solutions/*.patch"), *FOLDER.glob("starts/*.patch")])
# The files that define names. The labs themselves do not count.
SOURCES = ("functions", "layers", "tools", "statemachines", "contracts", "events", "tests", "frontend/src", ".github")
FILES = ("template.yaml", "Makefile", "pyproject.toml", "samconfig.toml", "delivery/pipeline.yaml")
# Names of other projects, which cannot be renamed here.
NAMES_OF_AWS = {"AdministratorAccess"}
IDENTIFIER = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")

each_lab = pytest.mark.parametrize("lab", DOCUMENTS, ids=lambda path: path.stem)


def solution_of(lab: Path) -> Path:
    return FOLDER / "solutions" / f"{lab.stem}.patch"


def blocks(lab: Path, language: str) -> list[str]:
    return re.findall(rf"^ *```{language}\n(.*?)^ *```", lab.read_text(), flags=re.DOTALL | re.MULTILINE)


def added_by(patch: Path) -> str:
    """Return the lines that a patch adds, and the names of its files."""
    return "\n".join(line[1:] for line in patch.read_text().splitlines() if line.startswith("+"))


def words_of_the_code() -> set[str]:
    texts = [path.read_text() for name in SOURCES for path in (ROOT / name).rglob("*") if _is_source(path)]
    texts += [(ROOT / name).read_text() for name in FILES]
    stems = {path.stem for name in SOURCES for path in (ROOT / name).rglob("*") if _is_source(path)}
    return stems | NAMES_OF_AWS | {word for text in texts for word in IDENTIFIER.findall(text)}


def _is_source(path: Path) -> bool:
    return path.suffix in {".py", ".json", ".ts", ".tsx", ".yml", ".yaml"} and "node_modules" not in path.parts


@pytest.fixture(scope="module")
def known() -> set[str]:
    return words_of_the_code()


def test_the_labs_are_numbered_and_each_has_a_check() -> None:
    assert [number_of(lab) for lab in DOCUMENTS] == list(LABS)


@each_lab
def test_the_index_lists_the_lab(lab: Path) -> None:
    assert f"({lab.name})" in (FOLDER / "README.md").read_text()


@pytest.mark.parametrize("patch", PATCHES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_a_patch_applies_to_the_code_as_it_is_committed_or_added(patch: Path) -> None:
    applied = subprocess.run(  # noqa: S603
        ["git", "apply", "--check", "--cached", str(patch)],  # noqa: S607 (git of the PATH)
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert applied.returncode == 0, f"the code has moved on; make {patch.name} anew:\n{applied.stderr}"


@each_lab
def test_its_check_fails_before_its_solution_and_passes_after_it(lab: Path) -> None:
    number, text = number_of(lab), lab.read_text()
    check = f"```sh\nmake check-lab N={number}\n```"
    failing = [place.start() for place in re.finditer(rf"<!-- fails: [^\n]+ -->\n{check}", text)]
    checks = [place.start() for place in re.finditer(check, text)]
    # The lab may apply the patch's tests first. Its last command applies the rest.
    solution = max(
        place.start() for place in re.finditer(rf"git apply (?:--\S+ )?docs/labs/solutions/{lab.stem}\.patch", text)
    )

    assert failing
    assert failing[0] < solution < checks[-1]
    assert text.find("All done.", checks[-1]) > 0


@each_lab
def test_a_lab_has_the_required_sections(lab: Path) -> None:
    headings = re.findall(r"^## (.+)$", lab.read_text(), flags=re.MULTILINE)

    for part in ("Learning goals", "Where the code is", "Check your work", "Clean up"):
        assert part in headings
    assert [each for each in headings if each.startswith("Cost")]


@each_lab
def test_names_in_a_lab_are_in_the_code(lab: Path, known: set[str]) -> None:
    """A name is inline code in snake case or camel case, or a file: `reserve_stock`, `OrderPlaced`, `stock.py`."""
    prose = re.sub(r"```.*?```", "", lab.read_text(), flags=re.DOTALL)
    files = {path.name for name in SOURCES for path in (ROOT / name).rglob("*.*")}
    of_the_solution = {word for patch in PATCHES for word in IDENTIFIER.findall(patch.read_text())}
    missing = set()
    for code in re.findall(r"`([^`\n]+)`", prose):
        for word in IDENTIFIER.findall(code):
            if re.search(r"[a-z]_[a-z]|[a-z][A-Z]", word) and word not in known | of_the_solution:
                missing.add(word)
        if re.fullmatch(r"\w+\.(py|json)", code) and code not in files:
            missing |= {code} if not any(f"/{code}" in patch.read_text() for patch in PATCHES) else set()

    assert missing == set()


@each_lab
def test_code_in_a_lab_is_from_the_sources_or_its_solution(lab: Path) -> None:
    there = added_by(solution_of(lab)) + "".join(
        (lab.parent / target).resolve().read_text()
        for target in re.findall(r"\]\((\.\./\.\./[^)#\s]+\.(?:py|json|yaml|toml))\)", lab.read_text())
    )
    lines = {line.strip() for line in there.splitlines()}

    for language in ("python", "json", "yaml", "diff"):
        for block in blocks(lab, language):
            shown = [line.removeprefix("+").strip() for line in block.splitlines()]
            assert [line for line in shown if line and line != "…" and line not in lines] == []


@pytest.mark.parametrize("patch", PATCHES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_code_that_a_patch_adds_passes_the_linter(patch: Path, tmp_path: Path) -> None:
    # Committed or staged files, because during a lab the working tree already has the solution.
    as_it_was = ["git", "checkout-index", "--all", f"--prefix={tmp_path}/"]
    subprocess.run(as_it_was, cwd=ROOT, check=True)  # noqa: S603
    subprocess.run(["git", "apply", str(patch)], cwd=tmp_path, check=True)  # noqa: S603, S607 (git of the PATH)
    ruff = str(Path(sys.executable).with_name("ruff"))

    for command in (["check", "--no-cache", "--quiet", "."], ["format", "--no-cache", "--check", "--quiet", "."]):
        done = subprocess.run([ruff, *command], cwd=tmp_path, capture_output=True, text=True, check=False)  # noqa: S603
        assert done.returncode == 0, done.stdout
