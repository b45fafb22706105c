"""Check responses against the published OpenAPI document."""

import json
import re
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

from tools.local_cloud.cloud import ROOT

DOCUMENT: dict[str, Any] = json.loads(Path(ROOT / "contracts" / "openapi.json").read_text())
URI = "urn:openapi"


def route_of(method: str, path: str) -> str | None:
    """Return the document's route for this request, such as `GET /orders/{order_id}`, or None."""
    for template, item in DOCUMENT["paths"].items():
        pattern = re.sub(r"\\\{[^}]+\\\}", "[^/]+", re.escape(template))
        if method.lower() in item and re.fullmatch(pattern, path):
            return f"{method} {template}"
    return None


def assert_promised(route: str, status: int | str, content_type: str, headers: set[str], document: object) -> None:
    """Assert that the response conforms to the document, without undocumented members."""
    method, path = route.split()
    documented = DOCUMENT["paths"][path][method.lower()]["responses"]
    response = resolved(documented.get(str(status)) or documented.get(f"{str(status)[0]}XX", {}))
    assert response, f"{route} documents no {status}: {document}"
    assert content_type in response["content"], f"{route} {status} documents no {content_type}"
    missing = {name for name, header in response.get("headers", {}).items() if header.get("required")} - headers
    assert not missing, f"{route} {status} lacks {missing}"
    faults = validator(response["content"][content_type]["schema"]).iter_errors(document)
    errors = [f"{fault.json_path}: {fault.message}" for fault in faults]
    assert not errors, f"{route} {status}: {errors}"


def resolved(node: dict[str, Any]) -> dict[str, Any]:
    """Return the target of the node's `$ref`, or the node itself."""
    found: Any = node
    if "$ref" in node:
        found = DOCUMENT
        for name in node["$ref"].removeprefix("#/").split("/"):
            found = found[name]
    return dict(found)


def validator(schema: dict[str, Any]) -> Draft202012Validator:
    """Return a validator for a schema of the document, which also rejects undocumented members."""
    return _validator(json.dumps(closed(schema)).replace('"#/', f'"{URI}#/'))


@cache
def _validator(schema: str) -> Draft202012Validator:
    return Draft202012Validator(json.loads(schema), registry=_registry())


@cache
def _registry() -> Registry:
    components = {"components": {"schemas": closed(DOCUMENT["components"]["schemas"])}}
    return Registry().with_resource(URI, Resource.from_contents(components, default_specification=DRAFT202012))


def closed(schema: Any) -> Any:
    """Return the schema with every object in it refusing members that it does not name."""
    if isinstance(schema, list):
        return [closed(member) for member in schema]
    if not isinstance(schema, dict):
        return schema
    inner = {name: closed(value) for name, value in schema.items()}
    return {"additionalProperties": False, **inner} if isinstance(schema.get("properties"), dict) else inner
