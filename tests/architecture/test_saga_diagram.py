"""The diagrams of the state machines match their definitions."""

from tools.site.state_machine_diagram import DEFINITIONS, DOCUMENTS, mermaid, with_diagrams


def test_the_diagram_of_every_state_machine_is_up_to_date() -> None:
    documents = [document.read_text() for document in DOCUMENTS]

    for document in documents:
        assert with_diagrams(document) == document, "draw again: python -m tools.site.state_machine_diagram"
    for definition in DEFINITIONS.glob("*.asl.json"):
        assert f"<!-- drawn from {definition.name} -->" in "".join(documents)


def test_a_diagram_shows_every_transition() -> None:
    drawn = mermaid(
        {
            "StartAt": "Try",
            "States": {
                "Try": {"Type": "Task", "Next": "Worked?", "Catch": [{"Next": "Broken"}]},
                "Worked?": {
                    "Type": "Choice",
                    "Choices": [{"Condition": "{% $x = 'YES' %}", "Next": "Finish"}],
                    "Default": "Broken",
                },
                "Finish": {"Type": "Task", "End": True},
                "Broken": {"Type": "Fail"},
            },
        }
    )

    for way in ("start((start)) --> s0", "s0 --> s1", 's0 -.->|"fault"| s3', 's1 -->|"YES"| s2', "s2 --> done((end))"):
        assert way in drawn
    assert 's1 -->|"otherwise"| s3' in drawn
