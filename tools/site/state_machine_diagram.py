"""Draw the state machines in the documents from their definitions: `python -m tools.site.state_machine_diagram`."""

import json
import re
import sys
from collections.abc import Iterator, Mapping
from typing import Any

from tools.local_cloud.cloud import ROOT

DOCUMENTS = (ROOT / "docs" / "saga.md", ROOT / "docs" / "event-store.md")
DEFINITIONS = ROOT / "statemachines"
DIAGRAM = re.compile(r"(<!-- drawn from (?P<file>\S+) -->\n)```mermaid\n.*?```", re.DOTALL)
# CloudFormation substitutes ${Name} as text. A name without quotes stands for a number.
NUMBER = re.compile(r": (\$\{\w+\})")
SHAPES = {
    "Choice": ("{{", "}}"),
    "Map": ("[[", "]]"),
    "Pass": ("([", "])"),
    "Succeed": ("([", "])"),
    "Fail": (">", "]"),
}
TASK = ("[", "]")


def with_diagrams(document: str) -> str:
    """Return the Markdown `document` with each marked Mermaid block redrawn from its definition."""

    def drawn(block: re.Match[str]) -> str:
        return f"{block[1]}```mermaid\n{mermaid(definition(block['file']))}```"

    return DIAGRAM.sub(drawn, document)


def definition(file: str) -> dict[str, Any]:
    """Return a state machine's definition, with the names of CloudFormation's substitutions as text."""
    content: dict[str, Any] = json.loads(NUMBER.sub(r': "\1"', (DEFINITIONS / file).read_text()))
    return content


def mermaid(definition: Mapping[str, Any]) -> str:
    """Return a state machine as a Mermaid flowchart. Solid arrows are transitions, dotted arrows are faults."""
    states: Mapping[str, Any] = definition["States"]
    ids = {name: f"s{number}" for number, name in enumerate(states)}
    lines = ["flowchart TD", f"  start((start)) --> {ids[definition['StartAt']]}"]
    for name, state in states.items():
        left, right = SHAPES.get(state["Type"], TASK)
        lines.append(f'  {ids[name]}{left}"{name}{_item_states(state)}"{right}')
    for name, state in states.items():
        lines += [f"  {ids[name]} {arrow} {ids[target]}" for arrow, target in _transitions(state)]
        if state.get("End") or state["Type"] == "Succeed":
            lines.append(f"  {ids[name]} --> done((end))")
    failures = [ids[name] for name, state in states.items() if state["Type"] == "Fail"]
    if failures:
        lines += ["  classDef failed stroke-dasharray: 4", f"  class {','.join(failures)} failed"]
    return "\n".join(lines) + "\n"


def states_of_items(state: Mapping[str, Any]) -> list[str]:
    """Return the names of the states that a Map state runs for each item."""
    return list(state.get("ItemProcessor", {}).get("States", ()))


def _item_states(state: Mapping[str, Any]) -> str:
    return "".join(f"<br/>for each: {name}" for name in states_of_items(state))


def _transitions(state: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for choice in state.get("Choices", []):
        yield f'-->|"{_words(choice["Condition"])}"|', choice["Next"]
    if "Default" in state:
        yield '-->|"otherwise"|', state["Default"]
    if "Next" in state:
        yield "-->", state["Next"]
    for catch in state.get("Catch", []):
        yield '-.->|"fault"|', catch["Next"]


def _words(condition: str) -> str:
    """Return the text values that a condition compares with, or `yes` if there are none."""
    return ", ".join(re.findall(r"'(\w+)'", condition)) or "yes"


if __name__ == "__main__":
    for document in DOCUMENTS:
        document.write_text(with_diagrams(document.read_text()))
        sys.stdout.write(f"Drew the state machines in {document.relative_to(ROOT)}\n")
