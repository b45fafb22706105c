"""Draw the state machines in the documents from their definitions: `python -m tools.site.state_machine_diagram`."""

import json
import re
import sys
from collections import Counter
from collections.abc import Mapping
from typing import Any

from tools.local_cloud.cloud import ROOT

DOCUMENTS = (ROOT / "docs" / "saga.md", ROOT / "docs" / "returns.md", ROOT / "docs" / "event-store.md")
DEFINITIONS = ROOT / "statemachines"
DIAGRAM = re.compile(
    r"(<!-- drawn from (\S+\.json)(?:, ([\w ?]+) until ([\w ?]+))? -->\n)```mermaid\n.*?```", re.DOTALL
)
# CloudFormation substitutes ${Name} as text. A name without quotes stands for a number.
NUMBER = re.compile(r": (\$\{\w+\})")
# Mermaid's defaults make a flowchart a third wider.
COMPACT = '%%{init: {"flowchart": {"nodeSpacing": 20, "rankSpacing": 30, "padding": 8, "wrappingWidth": 400}}}%%'
SHAPES = {"Choice": ("{{", "}}"), "Map": ("[[", "]]"), "Fail": (">", "]")}


def with_diagrams(document: str) -> str:
    """Return the Markdown `document` with each marked Mermaid block redrawn from its definition."""
    return DIAGRAM.sub(
        lambda block: f"{block[1]}```mermaid\n{mermaid(definition(block[2]), *block.group(3, 4))}```", document
    )


def definition(file: str) -> dict[str, Any]:
    """Return a state machine's definition, with the names of CloudFormation's substitutions as text."""
    content: dict[str, Any] = json.loads(NUMBER.sub(r': "\1"', (DEFINITIONS / file).read_text()))
    return content


def mermaid(definition: Mapping[str, Any], first: str | None = None, end: str | None = None) -> str:
    """Return the states from `first` until before `end`, by default all states, as a Mermaid flowchart.

    A state and the Choice state that only it leads to share a box. The box also lists the transitions to Wait states,
    to itself and to states outside the flowchart. Left out are faults that lead outside, and the check of the deadline.
    """
    states: Mapping[str, Any] = definition["States"]
    names = [*states, "end"]
    transitions = {name: _transitions(state) for name, state in states.items()}
    sources = Counter(target for targets in transitions.values() for target in targets)
    boxes = {name: name for name in states}
    for name, state in states.items():
        after = state.get("Next")
        if sources[after] == 1 and states[after]["Type"] == "Choice":
            boxes[after] = name
            del transitions[name][after]
    section = names[names.index(first or names[0]) : names.index(end or "end")]
    section = [name for name in section if states[name]["Type"] != "Wait"]
    texts: dict[str, list[str]] = {boxes[name]: [] for name in section}
    arrows = []
    for name in section:
        box = boxes[name]
        texts[box] += [f"<b>{name}</b>", *(f"for each: {item}" for item in states_of_items(states[name]))]
        for target, (arrow, label) in transitions[name].items():
            if target in section and boxes[target] != box:
                note = label and f'|"{label}"|'
                arrows.append(f"  {_id(box)} {arrow}{note} {_id(boxes[target])}")
            elif arrow == "-->":
                texts[box].append(f"{label} → {target}".strip())
    lines = [COMPACT, "flowchart TB"]
    for box, text in texts.items():
        left, right = SHAPES.get(states[box]["Type"], ("[", "]"))
        lines.append(f'  {_id(box)}{left}"{"<br/>".join(text)}"{right}')
    return "\n".join(lines + arrows) + "\n"


def states_of_items(state: Mapping[str, Any]) -> list[str]:
    """Return the names of the states that a Map state runs for each item."""
    return list(state.get("ItemProcessor", {}).get("States", ()))


def _id(name: str) -> str:
    return re.sub(r"\W", "_", name)


def _transitions(state: Mapping[str, Any]) -> dict[str, tuple[str, str]]:
    """Return the arrow and the label for each state that can follow, except for a missed deadline."""
    found = {catch["Next"]: ("-.->", "fault") for catch in state.get("Catch", ())}
    for choice in state.get("Choices", ()):
        if "$deadline" not in choice["Condition"]:
            found[choice["Next"]] = ("-->", _words(choice["Condition"]))
    if "Default" in state:
        found[state["Default"]] = ("-->", "otherwise" if found else "")
    if "Next" in state or "End" in state:
        found[state.get("Next", "end")] = ("-->", "")
    return found


def _words(condition: str) -> str:
    """Return the values and names that tell this condition from the others, or the whole condition.

    They are the text values that it compares with, what must exist, and what must be true besides.
    """
    found = re.findall(r"'(\w+)'|\$exists\(\$(?:\w+\.)*(\w+)\)|and \$(?:\w+\.)*(\w+) %", condition)
    return ", ".join("".join(each) for each in found) or condition.strip("{% }").replace("$", "")


if __name__ == "__main__":
    for document in DOCUMENTS:
        document.write_text(with_diagrams(document.read_text()))
        sys.stdout.write(f"Drew the state machines in {document.relative_to(ROOT)}\n")
