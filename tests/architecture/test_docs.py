"""The checkable facts of the documents: links, commands, and the names in diagrams and text.

A renamed function therefore breaks a test instead of a reader's trust.
"""

import ast
import re
import shlex
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from contracts.generator.event_schemas import event_types
from kernel.cloud_event import EventData
from tests.support.template import template
from tools.site.state_machine_diagram import DEFINITIONS, definition, states_of_items

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = sorted([ROOT / "README.md", *ROOT.glob("docs/**/*.md")])
KINDS = "Function|Table|Queue|Topic|Bucket|Stream|StateMachine|Subscription|Mapping|Layer|Alarm"
CODE = ("*.py", "*.patch", "*.json", "*.yaml", "*.yml", "*.toml", "*.ts", "*.tsx", "*.html", "Makefile")
LOCKS = {"package-lock.json"}
# Names that are not ours: of AWS, of Athena's SQL, of examples and of rejected alternatives.
NOT_OURS = {"CloudFront"} | set(
    """
    API_URL AccessDenied AccountSuspendedException AdministratorAccess ADMIN_USER_PASSWORD_AUTH
    ConsumedWriteCapacityUnits DELETE_FAILED DynamoDBCrudPolicy EmailConfiguration EmailSendingAccount
    MaximumBatchingWindowInSeconds
    amount_capturable_updated capture_method next_action payment_failed payment_intent
    requires_action requires_capture requires_payment_method return_url
    FAIL_PAYMENTS HandlerError MfaConfiguration ParallelizationFactor PermissionsBoundary
    PutMetricData ServiceUnavailableException UPDATE_ROLLBACK_COMPLETE _pydantic_core
    approx_percentile date_format json_extract json_extract_scalar npm_config_registry row_number tracking_code try_cast
    """.split()
)

each_document = pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))


@each_document
def test_links_are_not_broken(document: Path) -> None:
    prose = without_blocks(document.read_text())

    for target in re.findall(r"\]\(([^)\s]+)\)", prose):
        if target.startswith(("https://", "mailto:")):
            continue
        path, _, heading = target.partition("#")
        file = (document.parent / path).resolve() if path else document
        assert file.exists(), f"{target} leads nowhere"
        assert file.is_relative_to(ROOT), f"{target} leaves the repository"
        if heading:
            assert heading in headings(file), f"{target}: there is no such heading"


def test_every_document_is_two_links_away_from_the_readme() -> None:
    one_link = linked_from(ROOT / "README.md")
    two_links = set().union(*(linked_from(document) for document in one_link if document.suffix == ".md"))
    labs = {page for document in one_link if document.parent.name == "labs" for page in document.parent.glob("*.md")}

    missing = set(DOCUMENTS) - one_link - two_links - labs - {ROOT / "README.md"}
    assert missing == set(), "link them from README.md's list of documents"


@each_document
def test_make_targets_exist(document: Path) -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), flags=re.MULTILINE))

    for words in commands(document.read_text(), "make"):
        named = {word for word in words if re.fullmatch(r"[a-z-]+", word)}
        assert named <= targets, f"make {' '.join(words)}"


@each_document
def test_names_in_diagrams_exist(document: Path) -> None:
    known = resources() | states() | events() | NOT_OURS | names_of_solution(document)

    for diagram in re.findall(r"```mermaid\n(.*?)```", document.read_text(), flags=re.DOTALL):
        drawn = set(re.findall(r"\b(?:[A-Z][a-z]+){2,}\b", diagram))
        assert drawn <= known


@each_document
def test_resources_that_the_text_names_are_in_the_template(document: Path) -> None:
    named = set(re.findall(rf"`([A-Z][A-Za-z]+(?:{KINDS}))`", document.read_text()))

    assert named <= resources() | names_of_solution(document)


def names_of_solution(document: Path) -> set[str]:
    """Return the code that a lab's reader adds, which the lab may name. Other documents add no code."""
    solution = document.parent / "solutions" / f"{document.stem}.patch"
    added = re.findall(r"^\+.*", solution.read_text(), flags=re.MULTILINE) if solution.exists() else []
    return set(re.findall(r"\w+", " ".join(added)))


@each_document
def test_names_in_links_are_defined_in_the_linked_file(document: Path) -> None:
    for name, target in re.findall(r"\[`([^`]+)`\]\(([^)#\s]+)\)", without_blocks(document.read_text())):
        file = document.parent / target
        if file.suffix == ".py":
            assert name in definitions(file), f"{target} does not define {name}"
        elif file.is_file() and file.suffix != ".md":
            assert re.search(rf"(?<!\w){re.escape(name)}(?!\w)", file.read_text()), f"{target} does not hold {name}"


@each_document
def test_names_in_the_text_are_in_the_code(document: Path) -> None:
    for code in re.findall(r"`([^`\n]+)`", without_blocks(document.read_text())):
        names = {word for word in re.findall(r"\w+", code) if re.search(r"[a-z][A-Z]|_", word)}
        assert names <= words_of_the_code() | NOT_OURS, f"`{code}`: nothing in the code is called so"


def linked_from(document: Path) -> set[Path]:
    """Return the files that a document links to."""
    targets = re.findall(r"\]\((?!https?:|mailto:|#)([^)#\s]+)", without_blocks(document.read_text()))
    return {(document.parent / target).resolve() for target in targets}


def without_blocks(text: str) -> str:
    return re.sub(r"```.*?```", "", text, flags=re.DOTALL)


def headings(document: Path) -> set[str]:
    """The anchors of a document's headings, as GitHub makes them."""
    found = re.findall(r"^#+ +(.+)$", without_blocks(document.read_text()), flags=re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in found}


def commands(text: str, program: str) -> Iterator[list[str]]:
    """Return the words after `program` in the text's inline code and shell blocks."""
    blocks = re.findall(r"```sh\n(.*?)```", text, flags=re.DOTALL)
    lines = [line.strip() for block in blocks for line in block.splitlines()]
    for code in lines + re.findall(r"`([^`\n]+)`", without_blocks(text)):
        if code.startswith(f"{program} "):
            yield shlex.split(re.split(r" \\?\| ", code)[0], comments=True)[1:]


def resources() -> set[str]:
    return set(template()["Resources"])


def states() -> set[str]:
    outer = {
        name: state
        for file in DEFINITIONS.glob("*.asl.json")
        for name, state in definition(file.name)["States"].items()
    }
    return set(outer).union(*map(states_of_items, outer.values()))


def events() -> set[str]:
    assert list(event_types()), "importing their modules"

    def below(kind: type[EventData]) -> set[str]:
        return {kind.__name__}.union(*(below(child) for child in kind.__subclasses__()))

    return below(EventData)


def definitions(module: Path) -> set[str]:
    """The names that a module defines: its functions, classes and constants; what a class holds as `Class.name`."""

    def names(body: list[ast.stmt], prefix: str) -> Iterator[str]:
        for node in body:
            if isinstance(node, ast.FunctionDef):
                yield prefix + node.name
            elif isinstance(node, ast.ClassDef):
                yield prefix + node.name
                yield from names(node.body, f"{node.name}.")
            elif isinstance(node, ast.Assign):
                yield from (prefix + target.id for target in node.targets if isinstance(target, ast.Name))
            elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
                yield prefix + node.target.id

    return set(names(ast.parse(module.read_text()).body, "")) | {module.stem, module.name}


@cache
def words_of_the_code() -> set[str]:
    """Every word in the repository's files (except for documents), in the file names, and in the template's loops."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", *CODE]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout  # noqa: S603
    files = [ROOT / name for name in listed.split("\0") if name and Path(name).name not in LOCKS]
    texts = (file.read_text() for file in files if file.exists() and file != Path(__file__))
    return set(re.findall(r"\w+", "\n".join([listed, *texts]))) | template()["Resources"].keys()
