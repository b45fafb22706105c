"""No input gives a 5xx: arbitrary bodies, headers, queries, paths and tokens, for every route of the API."""

import base64
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kernel.order_id import order_id_of
from tests.support.api_routes import entry_point_of
from tests.support.shop_on_moto import ADDRESS, ShopOnMoto
from tests.support.webhooks import SECRETS, WebhookSender, payment_webhook, signature
from webhook_signature import HEADERS

ROUTES = [
    "POST /orders",
    "GET /orders",
    "POST /orders/{}/cancellation",
    "GET /orders/{}",
    "GET /orders/{}/events",
    "PUT /products/{}",
    "POST /products/{}/stock-adjustments",
    "GET /products",
    "GET /tasks",
    "POST /tasks/{}/decision",
    "POST /webhooks/payments",
    "POST /sandbox/payments/{}",
    "POST /sandbox/shipments/{}",
    "PUT /sandbox/faults",
    "PUT /sandbox/orders/{}/faults",
    "GET /sandbox/orders/{}/faults",
]
ANSWERS = {200, 202, 400, 401, 403, 404, 409, 412, 422, 428}

# API Gateway passes valid Unicode. An unpaired surrogate can only arrive as an escape sequence in JSON.
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
json_texts = st.text(max_size=20) | st.sampled_from(["\ud800", "\x00"])
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | json_texts,
    lambda values: st.lists(values, max_size=4) | st.dictionaries(st.text(max_size=8), values, max_size=4),
    max_leaves=12,
)
lines = st.fixed_dictionaries(
    {"sku": st.sampled_from(["CUP-1", "CUP-2", ""]) | json_values, "quantity": st.integers(-1, 102) | json_values}
)
orders = st.fixed_dictionaries(
    {
        "items": st.lists(lines, max_size=3) | json_values,
        "payment_method": st.just("pm_card_visa") | texts | json_values,
        "shipping_address": st.just(ADDRESS)
        | st.dictionaries(st.sampled_from(list(ADDRESS)), json_values)
        | json_values,
    },
    optional={
        "extra": json_values,
        "expected_total": st.fixed_dictionaries(
            {"amount": st.sampled_from([250]) | st.integers(), "currency": st.just("EUR") | json_values}
        )
        | json_values,
    },
)
products = st.fixed_dictionaries(
    {
        "name": texts | json_values,
        "unit_price": st.integers() | json_values,
        "currency": st.sampled_from(["EUR", "CHF"]) | json_values,
        "stock": st.integers() | json_values,
    }
)
adjustments = st.fixed_dictionaries({"change": st.integers(-9, 9) | json_values, "reason": texts | json_values})
bodies = st.none() | texts | (orders | products | adjustments | json_values).map(json.dumps)
# Pagination keys with arbitrary values: of orders and products, and of tasks.
tokens = st.one_of(
    st.dictionaries(st.sampled_from(["pk", "sk", "list_order", "list"]), json_values),
    st.fixed_dictionaries({"pk": texts, "sk": st.just("SUMMARY") | texts, "list_order": texts}),
    st.fixed_dictionaries({"task_id": texts, "opened_at": texts}),
).map(lambda key: base64.urlsafe_b64encode(json.dumps(key).encode()).decode())
queries = st.fixed_dictionaries(
    {},
    optional={
        "limit": st.integers().map(str) | texts,
        "next_token": tokens | texts,
        "as_of": st.datetimes().map(str) | texts,
        "x": texts,
    },
)
headers = st.dictionaries(
    st.sampled_from(["Idempotency-Key", "idempotency-key", "Authorization", "If-Match", *HEADERS]) | texts,
    texts | st.sampled_from(['"1"', 'W/"2"', "*", '"1", "2"', f'"{10**40}"', '"01"']),
)
customer = {"sub": "alice", "token_use": "id"}
claims = st.sampled_from([customer, customer | {"cognito:groups": "operators"}])
ALICES_ORDER = order_id_of("alice", "key")
paths = texts.map(lambda text: text.replace("/", ""))
segments = st.just(ALICES_ORDER) | st.just("CUP-1") | st.just("x" * 9000) | paths


@pytest.fixture
def open_shop(shop: ShopOnMoto, monkeypatch: pytest.MonkeyPatch) -> ShopOnMoto:
    """Give a shop with products and an order, because most routes need existing data."""
    WebhookSender(shop, monkeypatch.setenv)
    shop.customer_id = "alice"
    for sku in ("CUP-1", "CUP-2"):
        product = {"name": "Cup", "unit_price": 250, "currency": "EUR", "stock": 5}
        shop.call("PUT", f"/products/{sku}", product, claims=shop.operator())
    shop.deliver()
    assert shop.post_order(shop.order_body(("CUP-1", 1)), "key").document["order_id"] == ALICES_ORDER
    shop.deliver()
    return shop


requests = st.fixed_dictionaries(
    {"body": bodies, "query": queries, "headers": headers, "claims": claims, "isBase64Encoded": st.booleans()}
)


@pytest.mark.parametrize("route", ROUTES)
@settings(max_examples=120)
@given(sent=requests, segment=segments)
def test_no_request_causes_a_server_error(
    open_shop: ShopOnMoto, route: str, sent: dict[str, Any], segment: str
) -> None:
    method, path = route.split()

    answer = open_shop.call(
        method,
        path.format(segment),
        headers={"Idempotency-Key": "other-key"} | sent["headers"],
        query=sent["query"],
        claims=sent["claims"],
        changes={name: sent[name] for name in ("body", "isBase64Encoded")},
        entry_point=entry_point_of(method, path),
    )

    assert answer.status in ANSWERS, answer.document
    if answer.status >= 400:
        assert answer.headers["Content-Type"] == "application/problem+json"
        assert answer.document["status"] == answer.status


@settings(max_examples=60)
@given(member=st.sampled_from(["type", "timestamp", "data"]), value=json_values)
def test_no_authentic_webhook_causes_a_server_error(open_shop: ShopOnMoto, member: str, value: object) -> None:
    text = json.dumps(payment_webhook(ALICES_ORDER) | {member: value})

    response = open_shop.call(
        "POST", "/webhooks/payments", headers=signature(SECRETS["payments"][0], text), changes={"body": text}
    )

    # An unknown type is stored.
    assert response.status in {202, 422}, response.document


@settings(max_examples=60)
@given(body=st.binary(max_size=60))
def test_no_body_causes_a_server_error(open_shop: ShopOnMoto, body: bytes) -> None:
    changes = {"body": base64.b64encode(body).decode(), "isBase64Encoded": True}

    assert open_shop.post_order(None, changes=changes).status in ANSWERS


id_tokens = st.fixed_dictionaries(
    {"token_use": st.just("id"), "sub": json_texts | json_values, "cognito:groups": json_values}
)


@settings(max_examples=100)
@given(
    payload=json_values | id_tokens,
    route=st.sampled_from(ROUTES),
)
def test_no_unchecked_token_causes_a_server_error_on_sam_local(
    open_shop: ShopOnMoto, monkeypatch: pytest.MonkeyPatch, payload: Any, route: str
) -> None:
    monkeypatch.setenv("AWS_SAM_LOCAL", "true")
    token = base64.urlsafe_b64encode(json.dumps(payload).encode()).decode().rstrip("=")
    headers = {"Authorization": f"Bearer e30.{token}.x", "Idempotency-Key": "key"}
    method, path = route.split()

    answer = open_shop.call(
        method,
        path.format("CUP-1"),
        open_shop.order_body(("CUP-1", 1)),
        headers=headers,
        changes={"requestContext": {"requestId": "1"}},
    )

    assert answer.status in ANSWERS, answer.document
