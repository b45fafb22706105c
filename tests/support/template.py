"""The templates as data."""

from functools import cache
from pathlib import Path
from typing import Any

from cfnlint.decode import cfn_yaml

ROOT = Path(__file__).resolve().parents[2]
TEMPLATE = ROOT / "template.yaml"
GOVERNANCE = ROOT / "delivery" / "governance.yaml"


@cache
def template() -> dict[str, Any]:
    """Return template.yaml with intrinsic functions in their long form (`{"Ref": ...}`)."""
    return dict(cfn_yaml.load(str(TEMPLATE)))


def resources_of_type(resource_type: str) -> dict[str, Any]:
    """Return the resources of a type by their logical ids."""
    return {name: body for name, body in template()["Resources"].items() if body["Type"] == resource_type}


def most_batches(mapping: dict[str, Any], level: str) -> int:
    """Return the MaximumConcurrency of an event source mapping with the parameter Concurrency at `level`."""
    match mapping["ScalingConfig"]["MaximumConcurrency"]:
        case {"Fn::FindInMap": [name, _, key]}:
            return int(template()["Mappings"][name][level][key])
        case literal:
            return int(literal)


@cache
def governance() -> dict[str, Any]:
    """Return delivery/governance.yaml in the same form."""
    return dict(cfn_yaml.load(str(GOVERNANCE)))
