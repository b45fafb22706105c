"""The diagrams of the state machines match their definitions."""

import re

from tools.site.state_machine_diagram import DEFINITIONS, DOCUMENTS, definition, mermaid, with_diagrams


def test_the_diagram_of_every_state_machine_is_up_to_date() -> None:
    documents = [document.read_text() for document in DOCUMENTS]

    for document in documents:
        assert with_diagrams(document) == document, "draw again: python -m tools.site.state_machine_diagram"
    for file in DEFINITIONS.glob("*.asl.json"):
        drawn = "".join(re.findall(rf"<!-- drawn from {file.name}.*?```mermaid(.*?)```", "".join(documents), re.DOTALL))
        for name, state in definition(file.name)["States"].items():
            assert (f"→ {name}" if state["Type"] == "Wait" else f"<b>{name}</b>") in drawn


STATES = {
    "Try": {"Type": "Task", "Next": "Worked?", "Catch": [{"Next": "Broken"}]},
    "Worked?": {
        "Type": "Choice",
        "Choices": [
            {"Condition": "{% $millis() > $deadline %}", "Next": "Broken"},
            {"Condition": "{% $x = 'YES' %}", "Next": "Finish"},
            {"Condition": "{% $tries < 3 %}", "Next": "TryLater"},
        ],
        "Default": "Broken",
    },
    "TryLater": {"Type": "Wait", "Next": "Try"},
    "Finish": {"Type": "Task", "End": True},
    "Broken": {"Type": "Fail"},
}


def test_a_drawing_shows_every_transition() -> None:
    _, _, *drawn = mermaid({"States": STATES}).splitlines()

    assert drawn == [
        '  Try["<b>Try</b><br/><b>Worked?</b><br/>tries < 3 → TryLater"]',
        '  Finish["<b>Finish</b><br/>→ end"]',
        '  Broken>"<b>Broken</b>"]',
        '  Try -.->|"fault"| Broken',
        '  Try -->|"YES"| Finish',
        '  Try -->|"otherwise"| Broken',
    ]


def test_a_drawing_of_a_part_names_the_states_that_follow() -> None:
    _, _, *drawn = mermaid({"States": STATES}, "Try", "Finish").splitlines()

    assert drawn == [
        '  Try["<b>Try</b><br/><b>Worked?</b><br/>YES → Finish<br/>tries < 3 → TryLater<br/>otherwise → Broken"]'
    ]


def test_conditions_on_the_same_value_have_different_labels() -> None:
    choices = [
        {"Condition": "{% $x = 'YES' and $order.gift %}", "Next": "Gift"},
        {"Condition": "{% $x = 'YES' and $exists($order.note) %}", "Next": "Note"},
        {"Condition": "{% $x = 'YES' %}", "Next": "Plain"},
    ]
    states = {"Which?": {"Type": "Choice", "Choices": choices, "Default": "Which?"}}

    _, _, drawn = mermaid({"States": states}).splitlines()

    assert "YES, gift → Gift<br/>YES, note → Note<br/>YES → Plain<br/>" in drawn
