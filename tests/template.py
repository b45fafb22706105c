"""The template as data."""

from functools import cache
from pathlib import Path
from typing import Any

from cfnlint.decode import cfn_yaml

TEMPLATE = Path(__file__).parent.parent / "template.yaml"


@cache
def template() -> dict[str, Any]:
    """Return template.yaml with intrinsic functions in their long form (`{"Ref": ...}`)."""
    return dict(cfn_yaml.load(str(TEMPLATE)))


def resources_of_type(resource_type: str) -> dict[str, Any]:
    """Return the resources of a type by their logical ids."""
    return {name: body for name, body in template()["Resources"].items() if body["Type"] == resource_type}
