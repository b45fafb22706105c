"""Format JSON for the terminal: one member per line, with its value in compact form."""

import json
from typing import Any

from rich.highlighter import JSONHighlighter
from rich.text import Text


def readable_json(document: dict[str, Any]) -> Text:
    """Return `document` as coloured JSON, with one line for each member and for each entry of a list."""
    members = [f"  {json.dumps(name)}: {_value(value)}" for name, value in document.items()]
    return JSONHighlighter()("{\n" + ",\n".join(members) + "\n}")


def _value(value: object) -> str:
    if not isinstance(value, list) or not value:
        return json.dumps(value, ensure_ascii=False)
    entries = [f"    {json.dumps(entry, ensure_ascii=False)}" for entry in value]
    return "[\n" + ",\n".join(entries) + "\n  ]"
