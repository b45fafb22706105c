"""JSON Schemas of what goes over the wire, from the types that the functions build it with."""

from collections.abc import Mapping
from typing import Any, Literal

from pydantic import TypeAdapter
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaMode, JsonSchemaValue
from pydantic_core import core_schema

Direction = Literal["in", "out"]
Schema = dict[str, Any]

DIALECT = "https://json-schema.org/draft/2020-12/schema"


class _AsRead(GenerateJsonSchema):
    """Without the titles that pydantic makes up of the members' names."""

    def field_title_should_be_set(self, schema: Any) -> bool:  # noqa: ARG002
        return False


class _AsWritten(_AsRead):
    """As the JSON is written: a member whose default is None is left out where it is None; any other is there.

    Members that a reader does not know may be added, so a reader is to ignore them.
    """

    def model_schema(self, schema: core_schema.ModelSchema) -> JsonSchemaValue:
        made = super().model_schema(schema)
        return {name: value for name, value in made.items() if (name, value) != ("additionalProperties", False)}

    def default_schema(self, schema: core_schema.WithDefaultSchema) -> JsonSchemaValue:
        inner = schema["schema"]
        if schema.get("default", ...) is None and inner["type"] == "nullable":
            return self.generate_inner(inner["schema"])
        return self.generate_inner(inner)

    def field_is_required(
        self,
        field: core_schema.ModelField | core_schema.DataclassField | core_schema.TypedDictField,
        total: bool,
    ) -> bool:
        if field["type"] == "typed-dict-field":
            return field.get("required", total)
        inner = field["schema"]
        return not (inner["type"] == "default" and inner.get("default", ...) is None)


def schemas(
    types: Mapping[str, tuple[type, Direction]], ref_template: str
) -> tuple[dict[str, Schema], dict[str, Schema]]:
    """Return the schema of each of `types`, and the definitions that they refer to.

    Args:
        types: by any key, a pydantic model or a TypedDict, and whether its JSON comes in or goes out. What comes in may
            lack whatever has a default; what goes out has it.
        ref_template: where the definitions will stand, such as `#/components/schemas/{model}`.

    Raises:
        ValueError: a type comes in and goes out, and differs.
    """
    found: dict[str, Schema] = {}
    definitions: dict[str, Schema] = {}
    ways: list[tuple[Direction, JsonSchemaMode, type[GenerateJsonSchema]]] = [
        ("in", "validation", _AsRead),
        ("out", "serialization", _AsWritten),
    ]
    for direction, mode, generator in ways:
        adapters: list[tuple[str, JsonSchemaMode, TypeAdapter[Any]]] = [
            (key, mode, TypeAdapter(kind)) for key, (kind, way) in types.items() if way == direction
        ]
        by_key, rest = TypeAdapter.json_schemas(adapters, ref_template=ref_template, schema_generator=generator)
        found |= {str(key): schema for (key, _), schema in by_key.items()}
        both_ways = definitions.keys() & rest.get("$defs", {}).keys()
        if any(definitions[name] != rest["$defs"][name] for name in both_ways):
            raise ValueError(f"{sorted(both_ways)} come in and go out with different schemas: give them two types")
        definitions |= rest.get("$defs", {})
    return found, definitions
