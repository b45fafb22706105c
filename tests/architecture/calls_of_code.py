"""The AWS calls that a function's handler can reach, found by static analysis of its source.

Where the source does not say to which class a method belongs, every method of that name in the imported modules counts.
The result is therefore a superset of the real calls.
"""

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import NamedTuple

from botocore import xform_name
from botocore.session import Session

ROOT = Path(__file__).resolve().parents[2]
SOURCES = {
    **{path.stem: path for path in ROOT.glob("functions/*/*.py")},
    **{f"kernel.{path.stem}": path for path in ROOT.glob("layers/kernel/kernel/*.py")},
}
# A transaction needs what its writes need, and these are written as {"Put": ...}.
# https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis-iam.html
WRITES = {"Put": "PutItem", "Update": "UpdateItem", "Delete": "DeleteItem", "ConditionCheck": "ConditionCheckItem"}
# Operations whose IAM action has another name.
# https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
ACTIONS = {
    "sns:PublishBatch": ["sns:Publish"],
    "sqs:SendMessageBatch": ["sqs:SendMessage"],
    "sqs:DeleteMessageBatch": ["sqs:DeleteMessage"],
    "execute-api:PostToConnection": ["execute-api:ManageConnections"],
    "s3:ListObjectsV2": ["s3:ListBucket"],
    "s3:HeadObject": ["s3:GetObject"],
    "s3:ListObjectVersions": ["s3:ListBucketVersions"],
    "s3:DeleteObjects": ["s3:DeleteObject", "s3:DeleteObjectVersion"],
}
# boto3's own transfers, in parts where a file is large:
# https://docs.aws.amazon.com/AmazonS3/latest/userguide/mpuAndPermissions.html
TRANSFERS = {
    "upload_file": ["s3:PutObject", "s3:AbortMultipartUpload"],
    "upload_fileobj": ["s3:PutObject", "s3:AbortMultipartUpload"],
    "download_file": ["s3:GetObject"],
    "download_fileobj": ["s3:GetObject"],
}
# Calls that a library makes for a function.
LIBRARIES = {
    "DynamoDBPersistenceLayer": [f"dynamodb:{each}Item" for each in ("Get", "Put", "Update", "Delete")],
    "SecretsProvider": ["secretsmanager:GetSecretValue"],
}


class Place(NamedTuple):
    """A definition at the top level of a module, or a method of a class there."""

    module: str
    name: str


class Call(NamedTuple):
    """An action, the settings that name its resource (empty if unknown), and whether it queries an index."""

    action: str
    settings: frozenset[str]
    of_index: bool


@dataclass
class Source:
    """A module: its top-level definitions, the methods of its classes, and its imports from this repository."""

    places: dict[str, list[ast.AST]] = field(default_factory=dict)
    methods: dict[str, list[str]] = field(default_factory=dict)
    modules: dict[str, str] = field(default_factory=dict)
    names: dict[str, Place] = field(default_factory=dict)
    roots: list[str] = field(default_factory=list)


@cache
def source(module: str) -> Source:
    """Parse a module of this repository."""
    found = Source()
    for node in ast.parse(SOURCES[module].read_text()).body:
        match node:
            case ast.Import(names=names):
                found.modules |= {each.asname or each.name: each.name for each in names if each.name in SOURCES}
            case ast.ImportFrom(module=str(origin), names=names):
                _read_import(found, origin, names)
            case ast.FunctionDef():
                found.places[node.name] = [node]
                if node.name == "handler" or node.decorator_list:
                    found.roots.append(node.name)
                for registry in _registries(node) & found.places.keys():
                    found.places[registry].append(node)
            case ast.ClassDef():
                _read_class(found, node)
            case ast.Assign(targets=[ast.Name(id=name)]) | ast.AnnAssign(target=ast.Name(id=name)):
                found.places[name] = [node]
                found.roots.append(name)
            case _:
                found.places.setdefault("", []).append(node)
    return found


def _registries(node: ast.FunctionDef) -> set[str]:
    """Return the objects that a function is registered with, such as `routes` by the decorator `@routes.get("/")`."""
    registered_by = (ast.unparse(decorator).partition(".") for decorator in node.decorator_list)
    return {registry for registry, dot, _ in registered_by if dot}


def _read_import(found: Source, origin: str, names: list[ast.alias]) -> None:
    for each in names:
        if f"{origin}.{each.name}" in SOURCES:
            found.modules[each.asname or each.name] = f"{origin}.{each.name}"
        elif origin in SOURCES:
            found.names[each.asname or each.name] = Place(origin, each.name)


def _read_class(found: Source, node: ast.ClassDef) -> None:
    methods = [each for each in node.body if isinstance(each, ast.FunctionDef)]
    called_unnamed = [each for each in methods if each.name.startswith("__")]
    rest = [each for each in node.body if each not in methods]
    found.places[node.name] = [*node.decorator_list, *node.bases, *rest, *called_unnamed]
    for method in methods:
        found.places[f"{node.name}.{method.name}"] = [method]
        found.methods.setdefault(method.name, []).append(f"{node.name}.{method.name}")


@cache
def calls_of(entry: str) -> set[Call]:
    """Return the AWS calls that the handler in module `entry` reaches."""
    return {call for place in reached_from(entry) for call in _calls_in(place, entry)}


@cache
def texts_of(entry: str) -> set[str]:
    """Return the string literals that the handler reaches, such as names of indexes."""
    nodes = (node for place in reached_from(entry) for node in _nodes(place))
    return {node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)}


@cache
def reached_from(entry: str) -> frozenset[Place]:
    """Return everything that the module's handler, and the code that runs at import, can reach."""
    return _reached([Place(entry, name) for name in ["", *source(entry).roots]], entry)


def _reached(start: list[Place], entry: str) -> frozenset[Place]:
    reached: set[Place] = set()
    ahead = list(start)
    while ahead:
        place = ahead.pop()
        if place not in reached:
            reached.add(place)
            ahead += [each for node in _nodes(place) for each in _named_by(node, place.module, entry)]
    return frozenset(reached)


def _named_by(node: ast.AST, module: str, entry: str) -> Iterator[Place]:
    here = source(module)
    match node:
        case ast.Name(id=name):
            if name in here.places:
                yield Place(module, name)
            elif name in here.names:
                yield here.names[name]
        case ast.Attribute(value=ast.Name(id=name), attr=attribute) if name in here.modules:
            yield Place(here.modules[name], attribute)
        case ast.Attribute(attr=attribute):
            for each in _imported_by(entry):
                yield from (Place(each, method) for method in source(each).methods.get(attribute, ()))


def _calls_in(place: Place, entry: str) -> Iterator[Call]:
    of_index = any(isinstance(node, ast.keyword) and node.arg == "IndexName" for node in _nodes(place))
    for action in _actions_in(place):
        yield Call(action, _settings(place, entry), of_index)


def _actions_in(place: Place) -> Iterator[str]:
    for node in _nodes(place):
        match node:
            # For `put_item(**put)` and transactions, the code that builds the writes shows what they need.
            case (
                ast.Call(func=ast.Attribute(attr="transact_write_items"))
                | ast.Call(args=[], keywords=[ast.keyword(arg=None)])
            ):
                continue
            case ast.Call(func=ast.Attribute(value=client, attr="get_paginator"), args=[ast.Constant(value=operation)]):
                yield from _actions(client, str(operation), place.module)
            case ast.Call(func=ast.Attribute(value=client, attr=operation)):
                yield from _actions(client, operation, place.module)
            case ast.Call(func=ast.Name(id=name)) if name in LIBRARIES:
                yield from LIBRARIES[name]
            case ast.Dict(keys=[ast.Constant(value=write)]) if write in WRITES:
                yield f"dynamodb:{WRITES[write]}"


def _actions(client: ast.AST, operation: str, module: str) -> list[str]:
    here = source(module)
    match client:
        case ast.Call(func=ast.Name(id=name)):
            place = here.names.get(name, Place(module, name))
        case ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr=attribute)) if name in here.modules:
            place = Place(here.modules[name], attribute)
        case _:
            return []
    if place.module not in SOURCES or not (service := _service(place)):
        return []
    if service == "s3" and operation in TRANSFERS:
        return TRANSFERS[operation]
    prefix, operations = _operations(service)
    if operation not in operations:
        return []
    action = f"{prefix}:{operations[operation]}"
    return ACTIONS.get(action, [action])


def _service(place: Place) -> str | None:
    """Return the service whose boto3 client the function at `place` returns."""
    for node in _nodes(place):
        match node:
            case ast.Call(
                func=ast.Attribute(value=ast.Name(id="boto3"), attr="client"), args=[ast.Constant(value=service)]
            ):
                return str(service)
    return None


@cache
def _operations(service: str) -> tuple[str, dict[str, str]]:
    """Return the prefix of a service's actions, and its operations by their names in boto3."""
    model = Session().get_service_model(service)
    return model.signing_name, {xform_name(name): name for name in model.operation_names}


@cache
def _settings(place: Place, entry: str) -> frozenset[str]:
    """Return the settings that `place` and its callees read. Empty if one of them has no fixed name."""
    settings = set()
    for node in (node for each in _reached([place], entry) for node in _nodes(each)):
        match node:
            case ast.Call(func=ast.Name(id="setting"), args=[ast.Constant(value=name)]):
                settings.add(str(name))
            case ast.Call(func=ast.Name(id="setting")):
                return frozenset()
    return frozenset(settings)


@cache
def _imported_by(module: str) -> frozenset[str]:
    """Return this module and the modules of this repository that it imports."""
    loaded: set[str] = set()
    ahead = [module]
    while ahead:
        each = ahead.pop()
        if each not in loaded:
            loaded.add(each)
            ahead += [*source(each).modules.values(), *(place.module for place in source(each).names.values())]
    return frozenset(loaded)


@cache
def _nodes(place: Place) -> tuple[ast.AST, ...]:
    roots = source(place.module).places.get(place.name, [])
    return tuple(node for root in roots for node in ast.walk(root))
