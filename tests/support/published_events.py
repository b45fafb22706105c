"""Check events against their published schemas."""

import json
from collections.abc import Mapping
from functools import cache
from typing import Any

from jsonschema import Draft202012Validator

from contracts.generator.write import CONTRACTS
from tests.support.openapi_document import closed


def assert_as_published(event: Mapping[str, Any]) -> None:
    """Assert that the event's data conforms to the schema that `dataschema` names, without additional members."""
    faults = _validator(event["dataschema"]).iter_errors(event["data"])
    errors = [f"{fault.json_path}: {fault.message}" for fault in faults]
    assert not errors, f"{event['type']} does not conform to {event['dataschema']}: {errors}"


@cache
def _validator(name: str) -> Draft202012Validator:
    *_, event_type, version = name.split(":")
    schema = json.loads((CONTRACTS / "events" / event_type / f"{version}.json").read_text())
    assert schema["$id"] == name
    return Draft202012Validator(closed(schema))
