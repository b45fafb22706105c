"""The template as data, for the tests that check its rules."""

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from tests.support.template import template
from tools.deployment.sam_transform import transformed

ROOT = Path(__file__).resolve().parents[2]
FUNCTION = "AWS::Serverless::Function"
QUEUE = "AWS::SQS::Queue"
TABLE = "AWS::DynamoDB::Table"
BUCKET = "AWS::S3::Bucket"
MAPPING = "AWS::Lambda::EventSourceMapping"


def resources(kind: str) -> dict[str, dict[str, Any]]:
    """The properties of every resource of a type, by logical id."""
    return {
        name: resource.get("Properties", {})
        for name, resource in template()["Resources"].items()
        if resource["Type"] == kind
    }


def resource(name: str) -> dict[str, Any]:
    """The properties of one resource."""
    properties: dict[str, Any] = template()["Resources"][name]["Properties"]
    return properties


def in_effect(function: dict[str, Any], name: str) -> Any:
    """A function's property, or else what Globals gives to every function."""
    return function.get(name, template()["Globals"]["Function"].get(name))


def alias_of(function: str) -> dict[str, str]:
    return {"Ref": f"{function}.Alias"}


def arn_of(name: str) -> dict[str, list[str]]:
    return {"Fn::GetAtt": [name, "Arn"]}


def where(conditions: set[str], node: Any) -> Any:
    """Resolve each Fn::If in `node`, with only these conditions true. AWS::NoValue becomes None."""
    match node:
        case {"Fn::If": [condition, then, otherwise]}:
            return where(conditions, then if condition in conditions else otherwise)
        case {"Ref": "AWS::NoValue"}:
            return None
        case dict():
            decided = {name: where(conditions, value) for name, value in node.items()}
            return {name: value for name, value in decided.items() if value is not None}
        case list():
            return [value for value in (where(conditions, each) for each in node) if value is not None]
    return node


@cache
def expanded(**parameters: str) -> dict[str, Any]:
    """The template after SAM's transform, with these parameters and the defaults of the others."""
    return transformed(template(), parameters)


def expanded_resources(kind: str) -> dict[str, dict[str, Any]]:
    """The properties of every resource of a type after SAM, by logical id."""
    return {name: each.get("Properties", {}) for name, each in expanded()["Resources"].items() if each["Type"] == kind}


def statements(node: Any) -> Iterator[dict[str, Any]]:
    """Every policy statement anywhere below `node`."""
    if isinstance(node, dict):
        if "Effect" in node:
            yield node
        for value in node.values():
            yield from statements(value)
    elif isinstance(node, list):
        for value in node:
            yield from statements(value)


def as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
