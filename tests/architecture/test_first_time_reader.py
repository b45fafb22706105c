"""Who reads the README for the first time finds what they look for within two clicks."""

import os
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
README = ROOT / "README.md"

# A question, as the README asks it, and what whoever asks it has to see in the end: a file, and words in it.
ANSWERS = {
    "Where is a declined card decided?": {
        "functions/payments/authorize_payment.py": 'Outcome(outcome="DECLINED"',
        "statemachines/fulfil_order.asl.json": "Payment authorized?",
    },
    "How does an event reach S3?": {
        "functions/event_store/announcement.py": "put_record_batch",
        "functions/event_store/relay_events.py": "archive_and_announce",
    },
    "How do you add a queue?": {
        "docs/how-to/add-a-queue.md": "Consumers",
        "template.yaml": "  Consumers:",
        "layers/kernel/kernel/queue_consumer.py": "def queue_consumer",
    },
    "What does an order cost?": {"docs/cost.md": "one order a second | confirmed"},
    "How do you run one function?": {
        "docs/how-to/run-one-function.md": "sam local invoke",
        "docs/sam-local.md": "sam local invoke",
    },
}


@pytest.mark.parametrize("question", ANSWERS)
def test_the_readme_leads_to_the_answer_within_two_clicks(question: str) -> None:
    one_click = linked_from(README, row_of(question))
    two_clicks = {page for document in one_click if document.suffix == ".md" for page in linked_from(document)}

    for answer, words in ANSWERS[question].items():
        assert ROOT / answer in one_click | two_clicks, f"{answer} is more than two clicks away"
        assert words in (ROOT / answer).read_text()


def test_every_document_is_within_two_clicks() -> None:
    """By the table of contents: nobody has to know that a page is there."""
    one_click = linked_from(README)
    two_clicks = {page for document in one_click if document.suffix == ".md" for page in linked_from(document)}
    beside = {page for document in one_click if document.parent.name == "labs" for page in document.parent.glob("*.md")}

    missing = set(ROOT.glob("docs/**/*.md")) - one_click - two_clicks - beside
    assert missing == set(), "Name them in README.md, under `What is in the documents?`"


def row_of(question: str) -> str:
    """The line of the README's table that answers a question."""
    (row,) = [line for line in README.read_text().splitlines() if line.startswith(f"| {question} |")]
    return row


def linked_from(document: Path, text: str | None = None) -> set[Path]:
    """The files to which a document links, or a part of it."""
    prose = re.sub(r"```.*?```", "", document.read_text() if text is None else text, flags=re.DOTALL)
    targets = re.findall(r"\]\((?!https?:|mailto:|#)([^)#\s]+)", prose)
    return {Path(os.path.normpath(document.parent / target)) for target in targets}
