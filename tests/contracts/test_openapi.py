"""The OpenAPI document describes every route of the API, with valid examples."""

from collections.abc import Iterator
from typing import Any

import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

import order_document
import order_events
from tests.support.openapi_document import DOCUMENT, assert_promised, resolved, validator
from tests.support.template import resources_of_type

OPERATIONS = {
    f"{method.upper()} {path}": operation
    for path, methods in DOCUMENT["paths"].items()
    for method, operation in methods.items()
}
each_operation = pytest.mark.parametrize("route", OPERATIONS)


def routes_of_the_template() -> Iterator[tuple[str, bool]]:
    """Yield each route, and whether it is public."""
    for function in resources_of_type("AWS::Serverless::Function").values():
        for event in function["Properties"].get("Events", {}).values():
            if event["Type"] == "Api":
                route = event["Properties"]
                yield f"{route['Method']} {route['Path']}", route.get("Auth", {}).get("Authorizer") == "NONE"


def test_it_is_an_openapi_document() -> None:
    assert DOCUMENT["openapi"].startswith("3.1.")
    OpenAPIV31SpecValidator(DOCUMENT).validate()


def test_it_has_exactly_the_routes_of_the_template() -> None:
    routes = {route for route, _ in routes_of_the_template()}

    assert set(OPERATIONS) == routes, (
        "add the route to a dictionary in contracts/generator/*_calls.py, then `make contracts`"
    )


def test_it_requires_a_token_where_the_template_does() -> None:
    for route, is_open in routes_of_the_template():
        has_signature = OPERATIONS[route]["tags"] == ["providers"]
        assert (OPERATIONS[route]["security"] == []) == is_open, route
        assert ("401" in OPERATIONS[route]["responses"]) == (has_signature or not is_open), route


def test_operation_ids_are_unique() -> None:
    names = [operation["operationId"] for operation in OPERATIONS.values()]

    assert len(set(names)) == len(names)


@each_operation
def test_the_parameters_of_its_path_are_those_that_it_names(route: str) -> None:
    named = {f"{{{p['name']}}}" for p in OPERATIONS[route].get("parameters", []) if p["in"] == "path"}

    assert named == {part for part in route.split("/") if part.startswith("{")}


@each_operation
def test_its_examples_conform_to_their_schemas(route: str) -> None:
    operation = OPERATIONS[route]
    for parameter in operation.get("parameters", []):
        assert_example(parameter)
    for media in operation.get("requestBody", {}).get("content", {}).values():
        assert_example(media)
    for status, reference in operation["responses"].items():
        response = resolved(reference)
        headers = set(response.get("headers", {}))
        for content_type, media in response["content"].items():
            assert_promised(route, status, content_type, headers, media["example"])
        for header in response.get("headers", {}).values():
            assert_example(header)


def assert_example(holder: dict[str, Any]) -> None:
    validator(holder["schema"]).validate(holder["example"])


@each_operation
def test_error_responses_are_problem_documents(route: str) -> None:
    responses = OPERATIONS[route]["responses"]

    for status, response in responses.items():
        if status[0] in "45":
            assert list(resolved(response)["content"]) == ["application/problem+json"]
    assert {"429", "5XX"} <= set(responses)


@each_operation
def test_a_call_with_a_body_documents_the_response_to_an_invalid_body(route: str) -> None:
    if "requestBody" in OPERATIONS[route]:
        assert {"400", "413", "422"} <= set(OPERATIONS[route]["responses"])


def test_the_views_know_every_status_of_an_order() -> None:
    assert set(order_document.OrderStatus.__args__) == set(order_events.Status)  # type: ignore[attr-defined]
