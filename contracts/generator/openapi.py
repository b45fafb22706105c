"""The OpenAPI document of the API: requests and responses of each call, with the schemas of the functions' types.

`make contracts` writes it. Specification: https://spec.openapis.org/oas/v3.1.1.html
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

from contracts.generator import openapi_examples as examples
from contracts.generator.api_call import Call, Success
from contracts.generator.operator_calls import OPERATOR_CALLS
from contracts.generator.sandbox_calls import SANDBOX_CALLS
from contracts.generator.shop_calls import SHOP_CALLS
from contracts.generator.wire_schema import Direction, Schema, schemas
from kernel.problems import CONTENT_TYPE, ProblemDocument

# By method and path.
CALLS: dict[str, Call] = SHOP_CALLS | SANDBOX_CALLS | OPERATOR_CALLS
COMPONENTS = "#/components/schemas/{model}"
PROBLEM = "Problem"


class ErrorResponse(NamedTuple):
    """An error response with a problem document. `name` is the name of its component."""

    name: str
    status: int
    detail: str


ERROR_RESPONSES: dict[int | str, ErrorResponse] = {
    400: ErrorResponse("BadRequest", 400, "The request is malformed or incomplete: see `detail`."),
    401: ErrorResponse(
        "Unauthorized",
        401,
        "The request has no valid ID token of the user pool, or the webhook has no valid signature.",
    ),
    403: ErrorResponse("Forbidden", 403, "Only operators may call this."),
    404: ErrorResponse("NotFound", 404, "The resource does not exist or belongs to another customer."),
    409: ErrorResponse(
        "Conflict",
        409,
        "The state has changed: for example, the order is already decided.",
    ),
    412: ErrorResponse("PreconditionFailed", 412, "The stock level's current version differs from If-Match."),
    413: ErrorResponse("ContentTooLarge", 413, "The request is too large."),
    422: ErrorResponse(
        "UnprocessableContent", 422, "The request is well-formed but invalid: see `errors` or `detail`."
    ),
    428: ErrorResponse(
        "PreconditionRequired",
        428,
        "The product already exists. Send If-Match to set its stock.",
    ),
    429: ErrorResponse("TooManyRequests", 429, "Too many requests. Retry after the time in Retry-After."),
    "5XX": ErrorResponse("Fault", 500, "An internal error occurred. Retry the same request."),
}


def document() -> dict[str, Any]:
    """Return the OpenAPI 3.1 document of the API."""
    by_name, components = _schemas()
    paths: dict[str, dict[str, Any]] = {}
    for route, call in CALLS.items():
        method, path = route.split()
        paths.setdefault(path, {})[method.lower()] = _operation(call, by_name)
    return {
        "openapi": "3.1.1",
        "info": {
            "title": "Serverless Orders",
            "version": "1.0.0",
            "description": (
                "Amounts are integers in minor units of an ISO 4217 currency, and times are in UTC. Errors are problem "
                "documents (RFC 9457). The API refuses unknown members of a request, except of a webhook. A client "
                "must ignore unknown members of a response."
            ),
        },
        "servers": [{"url": "/api", "description": "On the web page's own origin; the API's stage has the same name."}],
        "tags": [{"name": name} for name in ("customers", "operators", "providers", "anyone")],
        "paths": paths,
        "components": {
            "schemas": dict(sorted(components.items())),
            "responses": _error_responses(by_name[PROBLEM]),
            "securitySchemes": {
                "IdToken": {
                    "type": "http",
                    "scheme": "bearer",
                    "bearerFormat": "JWT",
                    "description": "The ID token of the Cognito user pool. Operators are in its group `operators`.",
                }
            },
        },
    }


def _schemas() -> tuple[dict[str, Schema], dict[str, Schema]]:
    types: dict[str, tuple[type, Direction]] = {PROBLEM: (ProblemDocument, "out")}
    for call in CALLS.values():
        for response in (call.response, *call.other_responses):
            types[f"{call.name} response {response.status}"] = (response.body, "out")
        if call.body:
            types[f"{call.name} body"] = (call.body, "in")
    return schemas(types, COMPONENTS)


def _operation(call: Call, by_name: Mapping[str, Schema]) -> dict[str, Any]:
    is_signed_in = call.who in ("customers", "operators")
    operation: dict[str, Any] = {
        "operationId": call.name,
        "summary": call.summary,
        "tags": [call.who],
        "security": [{"IdToken": []}] if is_signed_in else [],
    }
    if call.parameters:
        operation["parameters"] = list(call.parameters)
    if call.body:
        operation["requestBody"] = {
            "required": True,
            "content": {
                "application/json": {"schema": by_name[f"{call.name} body"], "example": call.body_example},
            },
        }
    statuses: list[int | str] = [*sorted({*call.problems, *((401,) if is_signed_in else ()), 429}), "5XX"]
    operation["responses"] = {
        **{
            str(response.status): _response(call, response, by_name)
            for response in (call.response, *call.other_responses)
        },
        **{str(status): {"$ref": f"#/components/responses/{ERROR_RESPONSES[status].name}"} for status in statuses},
    }
    return operation


def _response(call: Call, response: Success, by_name: Mapping[str, Schema]) -> dict[str, Any]:
    schema = by_name[f"{call.name} response {response.status}"]
    described: dict[str, Any] = {
        "description": response.description,
        "content": {"application/json": {"schema": schema, "example": response.example}},
    }
    return described | ({"headers": dict(response.headers)} if response.headers else {})


def _error_responses(schema: Schema) -> dict[str, Any]:
    responses: dict[str, Any] = {
        error.name: {
            "description": error.detail,
            "content": {CONTENT_TYPE: {"schema": schema, "example": examples.problem(error.status, error.detail)}},
        }
        for error in ERROR_RESPONSES.values()
    }
    # The time to wait in seconds.
    responses["TooManyRequests"]["headers"] = {"Retry-After": {"schema": {"type": "string"}, "example": "1"}}
    return responses
