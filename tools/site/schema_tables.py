"""JSON Schema as Markdown: a table of an object's members, and the words for a type."""

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any

Schema = Mapping[str, Any]


def members(schema: Schema) -> str:
    """Return the table of an object's members; a sentence where it has none."""
    if not schema.get("properties"):
        return "It has no members.\n"
    required, definitions = schema.get("required", []), schema.get("$defs", {})
    rows = [
        f"| `{name}` | {type_words(member, definitions)} | {'yes' if name in required else ''} "
        f"| {_cell(member.get('description', ''))} |"
        for name, member in schema["properties"].items()
    ]
    return "\n".join(["| member | type | always | |", "|---|---|---|---|", *rows]) + "\n"


def type_words(schema: Schema, definitions: Schema = MappingProxyType({})) -> str:
    """Return what a value may be, such as `integer, at least 1`.

    Args:
        schema: the value's schema.
        definitions: schemas that are told where they are named; any other one that is named is a link to its heading.
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
    told = (f"`{name}` ({type_words(member, definitions)})" for name, member in schema["properties"].items())
    return f"object of {', '.join(told)}"


def _limits(schema: Schema) -> Iterator[str]:
    words = {
        "minimum": "at least {:,}",
        "maximum": "at most {:,}",
        "minItems": "{} or more of them",
        "maxItems": "at most {} of them",
        "minLength": "at least {} long",
        "maxLength": "at most {} long",
    }
    yield from (text.format(schema[keyword]) for keyword, text in words.items() if keyword in schema)
    if "pattern" in schema:
        yield f"`{_cell(schema['pattern'])}`"
    if schema.get("default") is not None:
        yield f"`{schema['default']}` if left out"


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")
