"""The deployed API conforms to its OpenAPI document, for requests that Schemathesis generates."""

from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis import checks

from contracts.generator import openapi_examples as examples
from tests.e2e.shop import Caller, Shop
from tests.support.openapi_document import DOCUMENT


def without_security_schemes(document: dict[str, Any]) -> dict[str, Any]:
    """Return the document without security schemes, because every request carries a valid token.

    Requests that API Gateway itself rejects are not tested here, because the emulator handles them differently.
    """
    paths = {
        path: {method: operation | {"security": []} for method, operation in methods.items()}
        for path, methods in document["paths"].items()
    }
    return document | {"paths": paths}


API = schemathesis.openapi.from_dict(without_security_schemes(DOCUMENT))
# The API rejects unknown members of a body, but ignores unknown query parameters.
API.config.generation.update(max_examples=10, deterministic=True, database="none", allow_extra_parameters=False)
# Includes cold starts on a busy machine.
COLD_START_SECONDS = 180
CHECKS = [
    checks.not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_headers_conformance,
    checks.response_schema_conformance,
    checks.negative_data_rejection,
    checks.missing_required_header,
]
deterministic = settings(
    max_examples=10, derandomize=True, database=None, deadline=None, suppress_health_check=list(HealthCheck)
)


@dataclass(frozen=True)
class Fixtures:
    """The caller, and existing ids for the ids in the document's examples."""

    callers: dict[str, Caller]
    ids: dict[str, str]


@pytest.fixture(scope="module")
def fixtures(shop: Shop) -> Fixtures:
    """Create the product of the examples, and orders to read, cancel and decide."""
    customer, operator = shop.customer(), shop.operator
    cup = {name: value for name, value in examples.PUT_PRODUCT.items() if name != "stock"}
    assert operator.put("/products/CUP-1", json=cup).status_code == 200
    adjustment, key = {"change": 10**6, "reason": "for the examples"}, {"Idempotency-Key": str(uuid4())}
    assert operator.post("/products/CUP-1/stock-adjustments", json=adjustment, headers=key).status_code == 200
    piano = shop.product(unit_price=10**6)
    readable, reviewed = (customer.place(piano) for _ in range(2))
    task_id = shop.task_of(reviewed)["task_id"]
    customer.wait_for(readable, "IN_REVIEW")
    ids = {examples.ORDER_ID: readable, examples.TASK_ID: task_id}
    return Fixtures({"customer": customer, "operator": operator}, ids)


@pytest.mark.parametrize("who", ["customer", "operator"])
@API.parametrize()
@deterministic
def test_every_response_conforms_to_the_openapi_document(
    case: schemathesis.Case, shop: Shop, fixtures: Fixtures, who: str
) -> None:
    for name, value in case.path_parameters.items():
        case.path_parameters[name] = fixtures.ids.get(value, value)

    case.call_and_validate(
        base_url=shop.stack.api_url,
        headers={"Authorization": f"Bearer {fixtures.callers[who].token}"},
        checks=CHECKS,
        timeout=COLD_START_SECONDS,
    )
