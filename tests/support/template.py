"""The templates as data."""

from functools import cache
from pathlib import Path
from typing import Any

from tools.deployment import template as loops

ROOT = Path(__file__).resolve().parents[2]
GOVERNANCE = ROOT / "delivery" / "governance.yaml"


@cache
def template() -> dict[str, Any]:
    """Return template.yaml with long intrinsic functions (`{"Ref": ...}`) and expanded loops."""
    return loops.load()


def resources_of_type(resource_type: str) -> dict[str, Any]:
    """Return the resources of a type by their logical ids."""
    return {name: body for name, body in template()["Resources"].items() if body["Type"] == resource_type}


@cache
def governance() -> dict[str, Any]:
    """Return delivery/governance.yaml in the same form."""
    return loops.load(GOVERNANCE)
