"""Compare an event's schema with the published one, and list the incompatible changes.

Events are kept permanently and are read by other teams. Therefore a version may only gain optional members. Any other
change breaks consumers, which expect the published schema, or readers of stored events.
"""

from collections.abc import Iterator, Mapping
from typing import Any

Schema = Mapping[str, Any]

CONSUMERS = "consumers of the published schema"
READERS = "readers of stored events"
MISMATCH = f"stored events or {CONSUMERS} may not match"

# Keywords that do not restrict the values.
ANNOTATIONS = {"$schema", "$id", "$defs", "title", "description", "examples", "default"}
HANDLED = {"type", "properties", "required", "items", "enum", "const", "anyOf"}


def breaks(published: Schema, changed: Schema) -> list[str]:
    """Return a sentence for each incompatible change. New descriptions and new optional members are compatible."""
    return list(_compare("data", _Node(published, published), _Node(changed, changed)))


class _Node:
    """A schema in its document. A reference is resolved."""

    def __init__(self, schema: Schema, document: Schema) -> None:
        self.document = document
        while "$ref" in schema:
            schema = document["$defs"][schema["$ref"].removeprefix("#/$defs/")]
        self.schema = schema

    def __getitem__(self, keyword: str) -> Any:
        return self.schema.get(keyword)

    def child(self, schema: Schema) -> "_Node":
        return _Node(schema, self.document)

    @property
    def values(self) -> set[Any] | None:
        if "const" in self.schema:
            return {self.schema["const"]}
        return set(self.schema["enum"]) if "enum" in self.schema else None


def _compare(path: str, old: _Node, new: _Node) -> Iterator[str]:
    if old["type"] != new["type"]:
        yield (f"{path} had type {old['type']} and now has {new['type']}: this breaks {CONSUMERS} and {READERS}")
        return
    yield from _compare_values(path, old, new)
    yield from _compare_alternatives(path, old, new)
    yield from _compare_members(path, old, new)
    if old["items"] and new["items"]:
        yield from _compare(f"{path}[]", old.child(old["items"]), new.child(new["items"]))
    keywords = (old.schema.keys() | new.schema.keys()) - ANNOTATIONS - HANDLED
    for keyword in sorted(keywords):
        if old[keyword] != new[keyword]:
            yield f"{path} had {keyword} {old[keyword]!r} and now has {new[keyword]!r}: {MISMATCH}"


def _compare_values(path: str, old: _Node, new: _Node) -> Iterator[str]:
    if old.values == new.values:
        return
    if old.values is None or new.values is None:
        yield f"{path} allowed {_words(old.values)} and now allows {_words(new.values)}: {MISMATCH}"
        return
    if removed := old.values - new.values:
        yield f"{path} no longer allows {_words(removed)}: {READERS} still find it"
    if added := new.values - old.values:
        yield f"{path} now also allows {_words(added)}: {CONSUMERS} do not know it"


def _words(values: set[Any] | None) -> str:
    return "any value" if values is None else " or ".join(sorted(map(repr, values)))


def _compare_alternatives(path: str, old: _Node, new: _Node) -> Iterator[str]:
    before, after = old["anyOf"] or [], new["anyOf"] or []
    if len(before) != len(after):
        yield f"{path} had {len(before)} alternatives and now has {len(after)}: {MISMATCH}"
        return
    for number, (one, other) in enumerate(zip(before, after, strict=True)):
        yield from _compare(f"{path}({number})", old.child(one), new.child(other))


def _compare_members(path: str, old: _Node, new: _Node) -> Iterator[str]:
    before, after = old["properties"] or {}, new["properties"] or {}
    was_required, is_required = set(old["required"] or ()), set(new["required"] or ())
    for name in before:
        member = f"{path}.{name}"
        if name not in after:
            yield f"{member} was removed: {CONSUMERS} need it"
            continue
        yield from _compare(member, old.child(before[name]), new.child(after[name]))
        if name in is_required - was_required:
            yield f"{member} was optional and is now required: {READERS} find events without it"
        if name in was_required - is_required:
            yield f"{member} was required and is now optional: {CONSUMERS} need it"
    for name in sorted(after.keys() - before.keys()):
        if name in is_required:
            yield f"{path}.{name} is new and required: {READERS} find events without it"
