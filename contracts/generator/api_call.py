"""A call of the API as the OpenAPI document describes it, and the parts that several calls share."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from pydantic import BaseModel

from contracts.generator import openapi_examples as examples
from contracts.generator.wire_schema import Schema
from kernel.page_request import DEFAULT_LIMIT, MAX_LIMIT

# Providers send webhooks, which carry a signature instead of a token.
Who = Literal["anyone", "customers", "operators", "providers"]


@dataclass(frozen=True)
class Success:
    """A success response of a call."""

    status: int
    description: str
    body: type
    example: object
    headers: Mapping[str, Schema] = field(default_factory=dict)


@dataclass(frozen=True)
class Call:
    """A call of the API. `problems` are the statuses of its error responses, without those that every call has."""

    name: str
    summary: str
    who: Who
    response: Success
    problems: tuple[int, ...] = ()
    parameters: tuple[Schema, ...] = ()
    body: type[BaseModel] | None = None
    body_example: object = None
    other_responses: tuple[Success, ...] = ()


def path(name: str, description: str, example: str, **schema: object) -> Schema:
    """Return a parameter in the path."""
    return {
        "name": name,
        "in": "path",
        "required": True,
        "description": description,
        "schema": {"type": "string", **schema},
        "example": example,
    }


def query(name: str, description: str, example: object, **schema: object) -> Schema:
    """Return an optional query parameter, with the members of its JSON Schema."""
    return {"name": name, "in": "query", "description": description, "schema": schema, "example": example}


def location(description: str, example: str) -> Mapping[str, Schema]:
    """Return the response header Location."""
    return {
        "Location": {
            "description": description,
            "required": True,
            "schema": {"type": "string"},
            "example": example,
        }
    }


def idempotency_key(description: str) -> Schema:
    """Return the required header Idempotency-Key."""
    return {
        "name": "Idempotency-Key",
        "in": "header",
        "required": True,
        "description": description,
        "schema": {"type": "string", "pattern": "^[!-~]{1,64}$"},
        "example": "8c6e2f0a-6f0e-4c0b-9d53-0f6a0e1f5f1b",
    }


ORDER_ID = path("order_id", "The order's id from the response of `POST /orders`.", examples.ORDER_ID)
PAGE = (
    query(
        "limit",
        "How many a page holds at most.",
        10,
        type="integer",
        minimum=1,
        maximum=MAX_LIMIT,
        default=DEFAULT_LIMIT,
    ),
    query(
        "next_token",
        "The `next_token` of the previous page.",
        examples.NEXT_TOKEN,
        type="string",
    ),
)
IDEMPOTENCY_KEY = idempotency_key(
    "Identifies the order. A retry with the same key and body gets the same response and creates no second order."
)
