"""Draw the state machines in the documents from their definitions: `python -m local.state_machine_diagram`."""

import json
import re
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from local.cloud import ROOT

DOCUMENT = ROOT / "docs" / "saga.md"
DEFINITIONS = ROOT / "statemachines"
DIAGRAM = re.compile(r"(<!-- drawn from (?P<file>\S+) -->\n)```mermaid\n.*?```", re.DOTALL)
SHAPES = {"Choice": ("{{", "}}"), "Pass": ("([", "])"), "Succeed": ("([", "])"), "Fail": (">", "]")}
TASK = ("[", "]")


def with_diagrams(document: str) -> str:
    """Return the Markdown `document` with each marked Mermaid block drawn anew from the definition it names."""

    def drawn(block: re.Match[str]) -> str:
        definition = json.loads((DEFINITIONS / block["file"]).read_text())
        return f"{block[1]}```mermaid\n{mermaid(definition)}```"

    return DIAGRAM.sub(drawn, document)


def mermaid(definition: Mapping[str, Any]) -> str:
    """Return a state machine as a Mermaid flowchart: solid arrows are the ways on, dotted ones faults."""
    states: Mapping[str, Any] = definition["States"]
    ids = {name: f"s{number}" for number, name in enumerate(states)}
    lines = ["flowchart TD", f"  start((start)) --> {ids[definition['StartAt']]}"]
    for name, state in states.items():
        left, right = SHAPES.get(state["Type"], TASK)
        lines.append(f'  {ids[name]}{left}"{name}"{right}')
    for name, state in states.items():
        lines += [f"  {ids[name]} {arrow} {ids[target]}" for arrow, target in _ways(state)]
        if state.get("End") or state["Type"] == "Succeed":
            lines.append(f"  {ids[name]} --> done((end))")
    failures = [ids[name] for name, state in states.items() if state["Type"] == "Fail"]
    if failures:
        lines += ["  classDef failed stroke-dasharray: 4", f"  class {','.join(failures)} failed"]
    return "\n".join(lines) + "\n"


def _ways(state: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for choice in state.get("Choices", []):
        yield f'-->|"{_words(choice["Condition"])}"|', choice["Next"]
    if "Default" in state:
        yield '-->|"otherwise"|', state["Default"]
    if "Next" in state:
        yield "-->", state["Next"]
    for catch in state.get("Catch", []):
        yield '-.->|"fault"|', catch["Next"]


def _words(condition: str) -> str:
    """The words that a condition compares with; `yes` where it compares with none."""
    return ", ".join(re.findall(r"'([^']+)'", condition)) or "yes"


if __name__ == "__main__":
    DOCUMENT.write_text(with_diagrams(Path(DOCUMENT).read_text()))
    sys.stdout.write(f"Drew the state machines in {DOCUMENT.relative_to(ROOT)}\n")
