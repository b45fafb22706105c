"""A published schema may only get new optional members. The check names every other change."""

import json
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from contracts.generator import write as contracts
from contracts.generator.event_compatibility import breaks
from contracts.generator.event_schemas import event_types, path_of

PUBLISHED: dict[str, Any] = {
    "type": "object",
    "required": ["status", "lines"],
    "properties": {
        "status": {"$ref": "#/$defs/Status"},
        "lines": {"type": "array", "items": {"$ref": "#/$defs/Line"}},
        "reason": {"type": "string"},
    },
    "$defs": {
        "Status": {"type": "string", "enum": ["PLACED", "CONFIRMED"]},
        "Line": {
            "type": "object",
            "required": ["quantity"],
            "properties": {"quantity": {"type": "integer", "minimum": 1}},
        },
    },
}


def changed(**changes: Any) -> dict[str, Any]:
    """Return the published schema with changes, by a path such as `properties__reason`. None removes a member."""
    schema = deepcopy(PUBLISHED)
    for path, value in changes.items():
        *above, last = path.split("__")
        place = schema
        for name in above:
            place = place[name]
        if value is None:
            del place[last]
        else:
            place[last] = value
    return schema


COMPATIBLE: dict[str, dict[str, Any]] = {
    "nothing": {},
    "a description": {"description": "What happened."},
    "a new optional member": {"properties__note": {"type": "string"}},
    "a new optional member inside": {"$defs__Line__properties__note": {"type": "string"}},
    "the same values in another order": {"$defs__Status__enum": ["CONFIRMED", "PLACED"]},
}

BREAKING: dict[str, tuple[dict[str, Any], str]] = {
    "a member is gone": (
        {"properties__reason": None},
        "data.reason was removed: consumers of the published schema need it",
    ),
    "a type is another": (
        {"$defs__Line__properties__quantity": {"type": "string"}},
        "data.lines[].quantity had type integer and now has string",
    ),
    "an optional member is required": (
        {"required": ["status", "lines", "reason"]},
        "data.reason was optional and is now required: readers of stored events find events without it",
    ),
    "a required member is optional": (
        {"required": ["status"]},
        "data.lines was required and is now optional: consumers of the published schema need it",
    ),
    "a new member is required": (
        {"properties__note": {"type": "string"}, "required": ["status", "lines", "note"]},
        "data.note is new and required: readers of stored events find events without it",
    ),
    "a value is gone": (
        {"$defs__Status__enum": ["PLACED"]},
        "data.status no longer allows 'CONFIRMED': readers of stored events still find it",
    ),
    "a value is new": (
        {"$defs__Status__enum": ["PLACED", "CONFIRMED", "LOST"]},
        "data.status now also allows 'LOST': consumers of the published schema do not know it",
    ),
    "any value is allowed": (
        {"$defs__Status": {"type": "string"}},
        "data.status allowed 'CONFIRMED' or 'PLACED' and now allows any value",
    ),
    "a limit is tighter": (
        {"$defs__Line__properties__quantity__minimum": 2},
        "data.lines[].quantity had minimum 1 and now has 2",
    ),
    "a list is no list": ({"properties__lines": {"type": "object"}}, "data.lines had type array and now has object"),
    "a member may be null": (
        {"properties__reason": {"anyOf": [{"type": "string"}, {"type": "null"}]}},
        "data.reason had type string and now has None",
    ),
}


@pytest.mark.parametrize("change", COMPATIBLE)
def test_a_compatible_change_is_allowed(change: str) -> None:
    assert breaks(PUBLISHED, changed(**COMPATIBLE[change])) == []


@pytest.mark.parametrize("change", BREAKING)
def test_an_incompatible_change_is_reported(change: str) -> None:
    changes, sentence = BREAKING[change]

    (said,) = breaks(PUBLISHED, changed(**changes))

    assert said.startswith(sentence)


def test_the_schemas_of_all_events_are_compatible_with_the_published_ones() -> None:
    broken = contracts.incompatible_changes(contracts.documents(), contracts.published())

    assert not broken, contracts.IncompatibleChange(broken)


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """Give a writable copy of the generated files."""
    for path, text in contracts.published().items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text)
    return tmp_path


def test_make_contracts_refuses_an_incompatible_change(copy: Path) -> None:
    schema = copy / "contracts" / path_of("OrderPlaced", 1)
    published = json.loads(schema.read_text())
    published["properties"]["gift"] = {"type": "boolean"}
    schema.write_text(json.dumps(published))
    (copy / "contracts/openapi.json").unlink()

    with pytest.raises(
        contracts.IncompatibleChange, match=r"OrderPlaced/1.json: data.gift was removed: (.|\n)*schema_version"
    ):
        contracts.write(copy)

    assert not (copy / "contracts/openapi.json").exists()
    assert json.loads(schema.read_text()) == published


def test_make_contracts_refuses_to_remove_an_event_type(copy: Path) -> None:
    forgotten = copy / "contracts" / path_of("OrderLost", 1)
    forgotten.parent.mkdir()
    forgotten.write_text("{}")

    with pytest.raises(contracts.IncompatibleChange, match=r"OrderLost/1\.json: the event type was removed"):
        contracts.write(copy)


def test_make_contracts_writes_new_versions(copy: Path) -> None:
    schema = copy / "contracts" / path_of("OrderPlaced", 1)
    published = json.loads(schema.read_text())
    del published["properties"]["reason"]
    schema.write_text(json.dumps(published))

    assert contracts.write(copy) == ["contracts" / path_of("OrderPlaced", 1)]
    assert contracts.published(copy) == contracts.published()


@pytest.mark.parametrize("event_type", list(event_types()), ids=lambda event_type: event_type.name)
def test_the_name_of_a_schema_leads_to_its_file(event_type: Any) -> None:
    published = contracts.published()

    for version in range(1, event_type.version + 1):
        schema = json.loads(published["contracts" / path_of(event_type.name, version)])
        assert schema["$id"] == f"urn:serverless-orders:event:{event_type.name}:{version}"
