"""The reference pages of the contracts: every call, object and event, with its members."""

import json
from pathlib import Path

import pytest

from contracts.generator.write import CONTRACTS
from tools.site import api_reference, event_reference
from tools.site.schema_tables import members, type_words

API = json.loads((CONTRACTS / "openapi.json").read_text())
EVENTS = sorted(CONTRACTS.glob("events/*/*.json"))


def test_every_call_and_every_object_of_the_api_is_described() -> None:
    page = api_reference.page(CONTRACTS / "openapi.json")

    for path, methods in API["paths"].items():
        for method, call in methods.items():
            assert f"`{method.upper()} {path}`" in page
            assert page.count(f"### {call['summary']}\n") == 1
    for name in API["components"]["schemas"]:
        assert f"### {name}\n" in page


def test_every_event_is_described_with_its_consumers() -> None:
    page = event_reference.page(CONTRACTS / "asyncapi.json")

    for file in EVENTS:
        assert f"### {file.parent.name}\n" in page
        assert f"[version {file.stem}](events/{file.parent.name}/{file.name})" in page
    assert "| `NotificationsQueue`<br>`SendNotificationsFunction` | [OrderCancelled](#ordercancelled)" in page
    assert "| `ProjectionQueue`<br>`ProjectEventsFunction` | all |" in page


@pytest.mark.parametrize("file", EVENTS, ids=lambda file: f"{file.parent.name} {file.stem}")
def test_a_schema_is_described_member_by_member(file: Path) -> None:
    page = event_reference.schema_page(file)

    for name in json.loads(file.read_text()).get("properties", {}):
        assert f"| `{name}` |" in page


@pytest.mark.parametrize(
    ("schema", "words"),
    [
        ({"type": "integer", "minimum": 1, "maximum": 1000}, "integer, at least 1, at most 1,000"),
        ({"enum": ["a", "b"]}, "`a` or `b`"),
        ({"const": "1.0"}, "`1.0`"),
        ({"anyOf": [{"type": "string"}, {"type": "null"}]}, "string or null"),
        ({"type": "array", "items": {"$ref": "#/components/schemas/Line"}}, "list of [Line](#line)"),
        ({"type": "string", "pattern": "^a|b$"}, "string, `^a\\|b$`"),
    ],
)
def test_a_type_is_described_in_words(schema: dict[str, object], words: str) -> None:
    assert type_words(schema) == words


def test_a_type_that_the_schema_defines_is_described_in_place() -> None:
    money = {"type": "object", "properties": {"amount": {"type": "integer"}}}
    schema = {"properties": {"total": {"$ref": "#/$defs/Money"}}, "required": ["total"], "$defs": {"Money": money}}

    assert "| `total` | object of `amount` (integer) | yes |" in members(schema)
