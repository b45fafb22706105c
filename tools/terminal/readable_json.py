"""JSON for people: a member a line, and what is inside of it as short as it can be."""

import json
from typing import Any


def readable_json(document: dict[str, Any]) -> str:
    """`document` as JSON text, each member and each entry of a list on a line of its own."""
    members = [f"  {json.dumps(name)}: {_value(value)}" for name, value in document.items()]
    return "{\n" + ",\n".join(members) + "\n}"


def _value(value: object) -> str:
    if not isinstance(value, list) or not value:
        return json.dumps(value, ensure_ascii=False)
    entries = [f"    {json.dumps(entry, ensure_ascii=False)}" for entry in value]
    return "[\n" + ",\n".join(entries) + "\n  ]"
