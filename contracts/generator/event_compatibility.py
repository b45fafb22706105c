"""Whether an event's schema still is the one that was published, and if not, what that breaks for whom.

Events are kept for good, and read by others. So a version may change in one way only: by optional members that are
new. Anything else breaks those who read new events as the published schema says, or those who read the stored ones.
"""

from collections.abc import Iterator, Mapping
from typing import Any

Schema = Mapping[str, Any]

CONSUMERS = "consumers that know the published schema"
READERS = "whoever reads stored events"
MAY_NOT_FIT = f"stored events, or {CONSUMERS}, may not fit"

# What says nothing about which values are allowed.
ANNOTATIONS = {"$schema", "$id", "$defs", "title", "description", "examples", "default"}
HANDLED = {"type", "properties", "required", "items", "enum", "const", "anyOf"}


def breaks(published: Schema, changed: Schema) -> list[str]:
    """Return what the change breaks, a sentence each; nothing, where it is only documentation or optional members."""
    return list(_compare("data", _Node(published, published), _Node(changed, changed)))


class _Node:
    """A schema in its document, with its reference followed."""

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
        yield (
            f"{path} was of type {old['type']} and is {new['type']}: neither {CONSUMERS} nor {READERS} can rely on it"
        )
        return
    yield from _compare_values(path, old, new)
    yield from _compare_alternatives(path, old, new)
    yield from _compare_members(path, old, new)
    if old["items"] and new["items"]:
        yield from _compare(f"{path}[]", old.child(old["items"]), new.child(new["items"]))
    keywords = (old.schema.keys() | new.schema.keys()) - ANNOTATIONS - HANDLED
    for keyword in sorted(keywords):
        if old[keyword] != new[keyword]:
            yield f"{path} has {keyword} {new[keyword]!r} where it was {old[keyword]!r}: {MAY_NOT_FIT}"


def _compare_values(path: str, old: _Node, new: _Node) -> Iterator[str]:
    if old.values == new.values:
        return
    if old.values is None or new.values is None:
        yield f"{path} took {_words(old.values)} and takes {_words(new.values)}: {MAY_NOT_FIT}"
        return
    if gone := old.values - new.values:
        yield f"{path} is no longer {_words(gone)}: {READERS} will meet it still"
    if more := new.values - old.values:
        yield f"{path} may now be {_words(more)}: {CONSUMERS} do not know what to do with it"


def _words(values: set[Any] | None) -> str:
    return "any value" if values is None else " or ".join(sorted(map(repr, values)))


def _compare_alternatives(path: str, old: _Node, new: _Node) -> Iterator[str]:
    before, after = old["anyOf"] or [], new["anyOf"] or []
    if len(before) != len(after):
        yield f"{path} had {len(before)} alternatives and has {len(after)}: {MAY_NOT_FIT}"
        return
    for number, (one, other) in enumerate(zip(before, after, strict=True)):
        yield from _compare(f"{path}({number})", old.child(one), new.child(other))


def _compare_members(path: str, old: _Node, new: _Node) -> Iterator[str]:
    before, after = old["properties"] or {}, new["properties"] or {}
    was_required, is_required = set(old["required"] or ()), set(new["required"] or ())
    for name in before:
        member = f"{path}.{name}"
        if name not in after:
            yield f"{member} is gone: {CONSUMERS} look for it"
            continue
        yield from _compare(member, old.child(before[name]), new.child(after[name]))
        if name in is_required - was_required:
            yield f"{member} was optional and is required: {READERS} will find events without it"
        if name in was_required - is_required:
            yield f"{member} was required and is optional: {CONSUMERS} rely on it"
    for name in sorted(after.keys() - before.keys()):
        if name in is_required:
            yield f"{path}.{name} is new and required: {READERS} will find events without it"
