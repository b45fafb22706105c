"""JSON Schemas of requests, responses and events, generated from the types that the functions use."""

from collections.abc import Mapping
from typing import Any, Literal

from pydantic import TypeAdapter
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaMode, JsonSchemaValue
from pydantic_core import core_schema

Direction = Literal["in", "out"]
Schema = dict[str, Any]

DIALECT = "https://json-schema.org/draft/2020-12/schema"


class _AsRead(GenerateJsonSchema):
    """Schemas of incoming JSON, without the titles that pydantic derives from the members' names."""

    def field_title_should_be_set(self, schema: Any) -> bool:  # noqa: ARG002
        return False


class _AsWritten(_AsRead):
    """Schemas of outgoing JSON: a member with the default None is omitted if it is None. All other members are present.

    A later version may add members, so readers must ignore unknown ones.
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
    """Return the schema of each of `types`, and the definitions that the schemas refer to.

    Args:
        types: Pydantic models or TypedDicts by any key, with the direction of their JSON. Incoming JSON may omit a
            member that has a default; outgoing JSON contains it, unless it is None.
        ref_template: The location of the definitions, such as `#/components/schemas/{model}`.

    Raises:
        ValueError: A type is used in both directions, and its schemas differ.
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
            raise ValueError(f"{sorted(both_ways)} have different schemas for input and output: use two types")
        definitions |= rest.get("$defs", {})
    return found, definitions
