"""Describe JSON Schemas in Markdown: a table of an object's members, and the description of a type."""

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any

Schema = Mapping[str, Any]


def members(schema: Schema) -> str:
    """Return the table of an object's members, or a sentence if it has none."""
    if not schema.get("properties"):
        return "The object has no members.\n"
    required, definitions = schema.get("required", []), schema.get("$defs", {})
    rows = [
        f"| `{name}` | {type_words(member, definitions)} | {'yes' if name in required else ''} "
        f"| {_cell(member.get('description', ''))} |"
        for name, member in schema["properties"].items()
    ]
    return "\n".join(["| member | type | required | |", "|---|---|---|---|", *rows]) + "\n"


def type_words(schema: Schema, definitions: Schema = MappingProxyType({})) -> str:
    """Describe a type, for example `integer, at least 1`.

    Args:
        schema: The schema to describe.
        definitions: Referenced schemas to describe in place. Other references become links to their headings.
    """
    return ", ".join([_kind(schema, definitions), *_limits(schema)])


def _kind(schema: Schema, definitions: Schema) -> str:
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        return _defined(definitions[name], definitions) if name in definitions else f"[{name}](#{name.lower()})"
    if values := schema.get("enum", [schema["const"]] if "const" in schema else []):
        return " or ".join(f"`{value}`" for value in values)
    if "anyOf" in schema:
        return " or ".join(type_words(choice, definitions) for choice in schema["anyOf"])
    if "items" in schema:
        return f"list of {type_words(schema['items'], definitions)}"
    if isinstance(schema.get("additionalProperties"), Mapping):
        return f"object, each member: {type_words(schema['additionalProperties'], definitions)}"
    return str(schema.get("type", "anything"))


def _defined(schema: Schema, definitions: Schema) -> str:
    if "properties" not in schema:
        return type_words(schema, definitions)
    described = (f"`{name}` ({type_words(member, definitions)})" for name, member in schema["properties"].items())
    return f"object of {', '.join(described)}"


def _limits(schema: Schema) -> Iterator[str]:
    words = {
        "minimum": "at least {:,}",
        "maximum": "at most {:,}",
        "minItems": "at least {} items",
        "maxItems": "at most {} items",
        "minLength": "at least {} characters",
        "maxLength": "at most {} characters",
    }
    yield from (text.format(schema[keyword]) for keyword, text in words.items() if keyword in schema)
    if "pattern" in schema:
        yield f"`{_cell(schema['pattern'])}`"
    if schema.get("default") is not None:
        yield f"default `{schema['default']}`"


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")
